"""What protects tellers beside the vault: its secrets, and what tellers asked of a person."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class VaultSecretRow(Base):
    """A secret that outlives the vault's keys, encrypted with them. purpose: "" is the root of the others."""

    __tablename__ = "vault_secrets"

    purpose: Mapped[str] = mapped_column(String(200), primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class RightsRequestRow(Base):
    """What a teller asked of the privacy officer, with their code. message and answer are encrypted.

    It goes with its story. closed_on: None while it waits for an answer.
    """

    __tablename__ = "rights_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    message: Mapped[bytes] = mapped_column(LargeBinary)
    made_on: Mapped[date]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
