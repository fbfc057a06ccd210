"""Who may see what, and how that is kept: consent, roles, vault, small groups, audit, the one gate."""
