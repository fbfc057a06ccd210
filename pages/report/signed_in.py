"""Who is there when a download is made: that happens after the page ran, so it is asked again."""

from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.signin import find_viewer, has_to_change_password


def find_signed_in(installation: Installation, token_hash: str | None) -> Viewer | None:
    """The person of this sign-in with their roles of this moment; None when it ended meanwhile."""
    if not token_hash:
        return None
    with installation.database.reading() as session:
        if has_to_change_password(session, token_hash):
            return None
        return find_viewer(session, token_hash, idle_minutes=installation.settings.sign_in_idle_minutes)
