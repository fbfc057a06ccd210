"""The last look: show a teller which pieces of the story will be hidden from readers."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("verteltafel.intake")

Masker = Callable[..., Any]  # (text, *, language) -> something with spans of start, end, type

RETRY_SECONDS = 60

HIDDEN_AS = {
    "person": "naam",
    "place": "plaats",
    "address": "adres",
    "postcode": "postcode",
    "phone": "telefoonnummer",
    "email": "e-mailadres",
    "date": "datum",
    "age": "leeftijd",
    "bsn": "burgerservicenummer",
    "school": "school",
    "organisation": "organisatie",
    "url": "webadres",
    "iban": "rekeningnummer",
    "username": "gebruikersnaam",
    "vehicle": "kenteken",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of the story. hidden_as: the word that readers see instead; "" where they see the text."""

    text: str
    hidden_as: str = ""


def load_masker() -> Masker:
    """The product's own masking step. Loading its language resources takes seconds."""
    from pipeline.deidentify import deidentify

    deidentify("Dit is een korte zin om alles te laden.")
    return deidentify


class Preview:
    """Masks a text as the pipeline will. Loads in the background, so that the form is there at once."""

    def __init__(self, load: Callable[[], Masker] = load_masker, *, wait_seconds: float = 20) -> None:
        self._load = load
        self._wait_seconds = wait_seconds
        self._ready = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._masker: Masker | None = None
        self._tried_at = 0.0

    def warm(self) -> None:
        """Start loading, if nobody did; again when it failed more than a minute ago."""
        with self._lock:
            has_failed = self._ready.is_set() and self._masker is None
            if self._thread is None or (has_failed and time.monotonic() - self._tried_at > RETRY_SECONDS):
                self._ready.clear()
                self._tried_at = time.monotonic()
                self._thread = threading.Thread(target=self._run, name="preview", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            self._masker = self._load()
        except Exception as error:
            # The form goes on: masking happens again in the worker before anyone reads. The last look
            # then says that it cannot show what will be hidden.
            log.error("The preview of hidden words cannot be loaded: %s", type(error).__name__)
        finally:
            self._ready.set()

    def show(self, text: str, *, language: str) -> list[Piece] | None:
        """The text in pieces, or None when it cannot be shown what will be hidden."""
        self.warm()
        if not self._ready.wait(self._wait_seconds) or self._masker is None:
            return None
        try:
            spans = self._masker(text, language=language).spans
        except Exception as error:
            log.error("The preview of hidden words failed: %s", type(error).__name__)
            return None
        return split_pieces(text, spans)


def split_pieces(text: str, spans: Any) -> list[Piece]:
    """Cut a text at its spans."""
    pieces, at = [], 0
    for span in spans:
        if span.start > at:
            pieces.append(Piece(text[at : span.start]))
        pieces.append(Piece(text[span.start : span.end], HIDDEN_AS.get(span.type, "weggelaten")))
        at = span.end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces
