"""From whose side something is read at the table: child first, then parent, worker, and the system."""

from stories.framework import SignificationFramework

SYSTEM = "system"
SYSTEM_LABEL = "Gemeente en organisaties"


def perspectives_at_table(framework: SignificationFramework) -> dict[str, str]:
    """Label by perspective id: those of the framework in its order, then the municipality and organisations."""
    tellers = {name: framework.perspective_label(name) for name in framework.perspective_ids}
    return {**tellers, SYSTEM: SYSTEM_LABEL}
