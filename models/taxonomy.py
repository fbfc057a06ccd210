"""A taxonomy: facets of tags with definitions, near misses, examples and cue words, read from a file.

A taxonomy is data. YAML holds everything; a CSV with the columns level1, level2, cue and match is
enough for a first try. Another language or another set of tags needs no code.
"""

import csv
import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

SHIPPED = Path(__file__).parent / "taxonomies"
MATCH_KINDS = ("deelstring", "begin", "woord")


class TaxonomyError(ValueError):
    """A taxonomy file that cannot be used; the sentence names the file, the place and what to do.

    field: the place in the file, such as "tags, A01, definition", or None when it is the whole file.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Cue(_Frozen):
    """A word or phrase that points at a tag.

    match: "deelstring" also finds it inside a longer word, "begin" at the start of a word, "woord" only whole.
    not_in: phrases inside which it does not count, such as "thuis" in "veilig thuis".
    """

    text: str = Field(min_length=1)
    match: Literal["deelstring", "begin", "woord"] = "deelstring"
    not_in: tuple[str, ...] = ()


class Tag(_Frozen):
    """One tag. by_default is False when its facet is only proposed on request."""

    code: str = Field(min_length=1)
    label: str = Field(min_length=1)
    facet: str
    facet_label: str
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    human_only: bool = False
    human_only_reason: str = ""
    by_default: bool = True

    @property
    def is_proposed(self) -> bool:
        """True when a machine may propose this tag without being asked."""
        return self.by_default and not self.human_only


class Taxonomy(_Frozen):
    """A named set of tags in file order; rules and decisions are advice for people who tag."""

    key: str = Field(min_length=1)
    title: str
    language: str = "nl"
    version: str = "1"
    rules: tuple[str, ...] = ()
    decisions: tuple[dict[str, str], ...] = ()
    tags: tuple[Tag, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _refuse_double_codes(self) -> "Taxonomy":
        seen: set[str] = set()
        for tag in self.tags:
            if tag.code in seen:
                raise ValueError(f"double:{tag.code}")
            seen.add(tag.code)
        return self

    def tag(self, code: str) -> Tag:
        """Return the tag with this code. Raises KeyError when there is none."""
        for tag in self.tags:
            if tag.code == code:
                return tag
        raise KeyError(code)


def load_taxonomy(path_or_key: str | Path = "jeugdhulp_nl") -> Taxonomy:
    """Return a shipped taxonomy by its key, or the one in a YAML or CSV file.

    Raises TaxonomyError when the file is absent, unreadable or wrong; its sentence says where.
    """
    path = _find_file(path_or_key)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{path.name}: dit is geen UTF-8-tekst. Sla het bestand op als UTF-8.") from error
    raw = _read_csv(content, path) if path.suffix.lower() == ".csv" else _read_yaml(content, path)
    return _build_taxonomy(raw, path)


def _find_file(path_or_key: str | Path) -> Path:
    path = Path(path_or_key)
    if path.is_file():
        return path
    shipped = SHIPPED / f"{path_or_key}.yaml"
    if shipped.is_file():
        return shipped
    known = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.yaml")))
    raise TaxonomyError(
        f'Er is geen taxonomie "{path.name}". Geef een bestand (YAML of CSV) of een van deze namen: {known}.'
    )


def _read_yaml(content: str, path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", regel {mark.line + 1}" if mark else ""
        raise TaxonomyError(
            f"{path.name}{line}: dit is geen geldige YAML. Controleer inspringing en aanhalingstekens.",
            field=f"regel {mark.line + 1}" if mark else None,
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("tags", raw.get("facets")), list):
        raise TaxonomyError(f'{path.name}: de lijst "tags" ontbreekt. Zet elk label onder "tags:".', field="tags")
    return raw


def _read_csv(content: str, path: Path) -> dict[str, Any]:
    """Turn rows of level1, level2, cue, match into the same shape as the YAML file."""
    lines = content.splitlines()
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(lines, delimiter=delimiter)
    missing = {"level1", "level2"} - set(reader.fieldnames or ())
    if missing:
        raise TaxonomyError(
            f'{path.name}, rij 1: kolom "{min(missing)}" ontbreekt. Nodig zijn level1 en level2; cue en match mogen.',
            field=min(missing),
        )
    tags: dict[str, dict[str, Any]] = {}
    facets: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(reader, start=2):
        if not (row["level1"] or "").strip() or not (row["level2"] or "").strip():
            raise TaxonomyError(
                f"{path.name}, rij {number}: level1 of level2 is leeg. Vul allebei in.", field=f"rij {number}"
            )
        facet_code, facet_label = _split_code(row["level1"])
        code, label = _split_code(row["level2"])
        facets.setdefault(facet_code, {"code": facet_code, "label": facet_label})
        tag = tags.setdefault(code, {"code": code, "label": label, "facet": facet_code, "cues": []})
        if (row.get("cue") or "").strip():
            tag["cues"].append(_read_cue(row, path, number))
    return {"facets": list(facets.values()), "tags": list(tags.values())}


def _split_code(heading: str) -> tuple[str, str]:
    """Split "A01 Opvoeden" into code and label; without a code the label itself is the code."""
    found = re.match(r"\s*([A-Z]{1,3}\d*)[ .:]\s*(\S.*)", heading)
    return (found[1], found[2].strip()) if found else (heading.strip(), heading.strip())


def _read_cue(row: dict[str, str], path: Path, number: int) -> dict[str, Any]:
    kind, _, rest = (row.get("match") or "deelstring").partition(";")
    kind = kind.strip() or "deelstring"
    if kind not in MATCH_KINDS:
        raise TaxonomyError(
            f'{path.name}, rij {number}: "{kind}" in kolom "match" is onbekend. Kies deelstring, begin of woord.',
            field=f"rij {number}",
        )
    phrases = rest.strip().removeprefix("niet in").split("/")
    return {"text": row["cue"], "match": kind, "not_in": [p.strip() for p in phrases if p.strip()]}


def _build_taxonomy(raw: dict[str, Any], path: Path) -> Taxonomy:
    facets = {str(f["code"]): f for f in raw.get("facets") or [] if isinstance(f, dict) and "code" in f}
    nested = [{"facet": f["code"], **t} for f in facets.values() for t in f.get("tags") or [] if isinstance(t, dict)]
    tags = [_complete_tag(t, facets, path, n) for n, t in enumerate([*(raw.get("tags") or []), *nested], start=1)]
    known = {name: raw[name] for name in ("rules", "decisions") if raw.get(name)}
    try:
        return Taxonomy(
            key=str(raw.get("key") or path.stem),
            title=str(raw.get("title") or path.stem),
            language=str(raw.get("language") or "nl"),
            version=str(raw.get("version") or "1"),
            tags=tags,  # type: ignore[arg-type]  # pydantic checks and builds them, and says where it fails
            **known,
        )
    except ValidationError as error:
        raise _explain(error, tags, path) from error


def _complete_tag(tag: Any, facets: dict[str, dict[str, Any]], path: Path, number: int) -> dict[str, Any]:
    """Add what the facet says about the tag and write short cues in full."""
    if not isinstance(tag, dict):
        raise TaxonomyError(f"{path.name}, tags, nummer {number}: dit is geen label met een code.", field="tags")
    code = str(tag.get("facet", ""))
    if code not in facets:
        raise TaxonomyError(
            f'{path.name}, tags, {tag.get("code", number)}: facet "{code}" staat niet onder "facets". '
            "Voeg het daar toe.",
            field=f"tags, {tag.get('code', number)}, facet",
        )
    facet = facets[code]
    cues = [cue if isinstance(cue, dict) else {"text": str(cue)} for cue in tag.get("cues") or []]
    for name, kind in (("lay_cues", "begin"), ("lay_words", "woord")):
        cues += [{"text": str(cue), "match": kind} for cue in tag.get(name) or []]
    inherited = {
        "facet_label": str(facet.get("label", code)),
        "by_default": bool(facet.get("by_default", True)),
    }
    rest = {name: value for name, value in tag.items() if name not in ("lay_cues", "lay_words")}
    return {**inherited, **rest, "facet": code, "cues": cues}


_REASONS = {
    "missing": "ontbreekt. Vul het in",
    "extra_forbidden": "is een onbekend veld. Verwijder het of verbeter de naam",
    "literal_error": "kent deze waarde niet. Kies deelstring, begin of woord",
    "bool_parsing": "moet true of false zijn",
    "string_too_short": "is leeg. Vul het in",
    "too_short": "is leeg. Zet er minstens één label in",
}


def _explain(error: ValidationError, tags: list[dict[str, Any]], path: Path) -> TaxonomyError:
    first = error.errors()[0]
    message = str(first["msg"])
    if "double:" in message:
        code = message.rpartition("double:")[2]
        return TaxonomyError(
            f'{path.name}: code "{code}" komt twee keer voor. Geef elk label een eigen code.', field=code
        )
    place = [str(part) for part in first["loc"]]
    if len(place) > 1 and place[0] == "tags":
        place[1] = str(tags[int(place[1])].get("code", f"nummer {int(place[1]) + 1}"))
    where = ", ".join(str(int(part) + 1) if part.isdigit() else part for part in place)
    reason = _REASONS.get(first["type"], "heeft een waarde van de verkeerde soort")
    return TaxonomyError(f"{path.name}, {where}: dit {reason}.", field=where)
