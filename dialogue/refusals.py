"""What the duidingstafel refuses, with a sentence for each field that has to change."""

from collections.abc import Mapping

from faults import PersonFault

LONGEST_TEXT = 5000


class Refused(PersonFault):
    """Something was not accepted. faults: Dutch sentence by field, in the order of the form."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


class Faults:
    """Collects what is wrong with a form, so that a person hears everything at once."""

    def __init__(self) -> None:
        self.sentences: dict[str, str] = {}

    def add(self, field: str, sentence: str) -> None:
        """Note a fault; the first one of a field stays."""
        self.sentences.setdefault(field, sentence)

    def need_text(self, field: str, value: str, missing: str, *, longest: int = LONGEST_TEXT) -> str:
        """Return the text without spaces around it, noting that it is missing or too long (characters)."""
        text = value.strip()
        if not text:
            self.add(field, missing)
        return self.check_length(field, text, longest=longest)

    def check_length(self, field: str, text: str, *, longest: int = LONGEST_TEXT) -> str:
        """Return the text without spaces around it, noting that it is too long (characters)."""
        text = text.strip()
        if len(text) > longest:
            self.add(field, f"Deze tekst is te lang: {len(text)} tekens. Maak er hoogstens {longest} van.")
        return text

    def need_choice(self, field: str, value: str, options: Mapping[str, str], missing: str) -> str:
        """Return the chosen key, noting that nothing, or nothing that exists, was chosen."""
        if not value:
            self.add(field, missing)
        elif value not in options:
            self.add(field, f'"{value}" kan hier niet. Kies uit: {", ".join(options.values())}.')
        return value

    def refuse(self, kind: type[Refused]) -> None:
        """Raise this kind of refusal when anything was noted."""
        if self.sentences:
            raise kind(self.sentences)


def is_same_text(first: str, second: str) -> bool:
    """Whether two texts differ in nothing but capitals and spaces."""
    return plain_text(first) == plain_text(second)


def plain_text(text: str) -> str:
    """A text without capitals and double spaces, to hold against another."""
    return " ".join(text.casefold().split())
