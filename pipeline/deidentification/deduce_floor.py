"""deduce as it is installed, working from the stored lists: the floor under our own rules.

Source: Menger et al., DEDUCE, Telematics and Informatics 2018; the package deduce 3.
"""

from pathlib import Path

import docdeid as dd

from models.phrases import load_deduce_lookups, quiet_logging
from pipeline.deidentification.spans import Span, make_span, settle_overlaps

with quiet_logging():
    import deduce
    from deduce.deduce import _DeduceProcessorLoader

TAG_TYPES = {
    "persoon": "person",
    "patient": "person",
    "locatie": "place",
    "zorginstelling": "organisation",
    "ziekenhuis": "organisation",
    "datum": "date",
    "leeftijd": "age",
    "bsn": "bsn",
    "id": "other",
    "telefoonnummer": "phone",
    "emailadres": "email",
    "url": "url",
}


class DeduceFromStore(deduce.Deduce):
    """deduce with lookup structures that are given, instead of built or unpickled by itself."""

    def __init__(self, lookups: dd.ds.DsCollection) -> None:
        dd.DocDeid.__init__(self)
        base = Path(deduce.__file__).parent / "data" / "lookup"
        self.config = self._initialize_config()
        self.tokenizers = {"default": self._initialize_tokenizer(base)}
        self.lookup_structs = lookups
        extras = {"tokenizer": self.tokenizers["default"], "ds": lookups}
        self.processors = _DeduceProcessorLoader().load(config=self.config, extras=extras)


def load_deduce(path: Path) -> DeduceFromStore:
    """Make deduce from the stored lists; takes about a second."""
    return DeduceFromStore(load_deduce_lookups(path))


def find_with_deduce(engine: DeduceFromStore, text: str) -> list[Span]:
    """What deduce would hide, in our types."""
    document = engine.deidentify(text)
    found = sorted(document.annotations, key=lambda note: (note.start_char, -note.end_char))
    return settle_overlaps(
        make_span(text, note.start_char, note.end_char, TAG_TYPES.get(note.tag, "other")) for note in found
    )
