"""Numbers that an imported story and its teller get here, out of the numbers in the file."""

import hmac
import uuid

from safeguards.vault import Vault

_NAMESPACE = uuid.UUID("6f1e3f5a-6f0c-5b8e-9c55-3d1f6f8d2b11")


class ImportNumbers:
    """The numbers for one collection: the same file gives the same ones, so it can be imported again."""

    def __init__(self, vault: Vault, collection_key: str) -> None:
        self._secret = vault.derive_secret("imported stories")
        self._collection = collection_key

    def __repr__(self) -> str:
        return f"ImportNumbers({self._collection!r})"

    def submission_id(self, number: str) -> str:
        """A secret: whoever knows a submission's id can ask the form for its receipt code."""
        return self._keyed("submission", number)

    def story_id(self, number: str) -> str:
        """The same in every installation, so that the same file gives the same themes everywhere."""
        return uuid.uuid5(_NAMESPACE, f"{self._collection}/{number}").hex

    def teller_id(self, teller: str | None, number: str) -> str:
        """Keyed: a client number must not be guessable from what we keep. Without one, a teller for each story."""
        return self._keyed("teller", teller) if teller else self.story_id(f"teller of {number}")

    def _keyed(self, kind: str, number: str) -> str:
        return hmac.digest(self._secret, f"{kind}/{self._collection}/{number}".encode(), "sha256").hex()[:40]
