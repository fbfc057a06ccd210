"""Numbers of stories and tellers as they stand in an export.

The same story has the same number in every export of its collection, so that an evaluator can lay a
second export beside the first. Outside the export the number opens nothing: it is made with a secret
of this installation, differs between collections, and is not the number in the database.
"""

import hmac

from safeguards.vault import Vault

N_CHARACTERS = 20  # 80 bits: two of a million stories sharing a number is about one in a trillion


class Pseudonyms:
    """Gives the numbers of one collection. Holds a secret, so its text form is empty."""

    def __init__(self, vault: Vault, collection_key: str) -> None:
        self._secret = vault.derive_secret(f"export pseudonyms {collection_key}")

    def __repr__(self) -> str:
        return "Pseudonyms()"

    def for_story(self, story_id: str) -> str:
        """The number of a story: v and 20 hexadecimal digits."""
        return "v" + self._digest("story", story_id)

    def for_teller(self, teller_id: str) -> str:
        """The number of a teller: t and 20 hexadecimal digits."""
        return "t" + self._digest("teller", teller_id)

    def _digest(self, kind: str, number: str) -> str:
        return hmac.digest(self._secret, f"{kind} {number}".encode(), "sha256").hex()[:N_CHARACTERS]
