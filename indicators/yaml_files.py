"""Reads our own YAML files strictly and says in Dutch what is wrong and where."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode

LARGEST_FILE_BYTES = 2_000_000

_SENTENCES = {
    "missing": "dit veld ontbreekt. Vul het in.",
    "extra_forbidden": "dit veld ken ik niet. Verbeter de naam of haal het weg.",
    "string_type": "hier hoort tekst. Zet de waarde tussen aanhalingstekens.",
    "string_too_short": "dit veld is leeg. Vul het in.",
    "string_too_long": "deze tekst is te lang. Maak hem korter.",
    "too_short": "deze lijst is leeg. Zet er een waarde in.",
    "list_type": "hier hoort een lijst. Zet de waarden tussen [ en ].",
    "float_type": "hier hoort een getal. Schrijf bijvoorbeeld 4.5 of laat het veld leeg.",
    "float_parsing": "hier hoort een getal. Schrijf bijvoorbeeld 4.5 of laat het veld leeg.",
    "int_type": "hier hoort een geheel getal. Schrijf bijvoorbeeld 1.",
    "int_parsing": "hier hoort een geheel getal. Schrijf bijvoorbeeld 1.",
    "model_type": "hier horen velden met een naam. Schrijf ze als naam: waarde.",
    "dict_type": "hier horen velden met een naam. Schrijf ze als naam: waarde.",
}


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key that stands twice: PyYAML would silently keep the last."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'"{key}" staat hier voor de tweede keer', key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> tuple[Any, str | None]:
    """Return (content, None), or (None, Dutch sentence) when the file cannot be read.

    The sentence starts with the place and ends with the next step, without the name
    of the file: the caller puts that in front, in its own class of error.
    """
    if not path.is_file():
        return None, "dit bestand is er niet. Controleer de naam en de map."
    if path.stat().st_size > LARGEST_FILE_BYTES:
        return None, f"dit bestand is groter dan {LARGEST_FILE_BYTES // 1_000_000} MB. Maak het kleiner."
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_StrictLoader), None
    except UnicodeDecodeError:
        return None, "dit bestand is geen tekst in UTF-8. Bewaar het opnieuw als UTF-8."
    except RecursionError:
        return None, "de velden zijn te diep in elkaar gezet. Maak de opbouw eenvoudiger."
    except yaml.MarkedYAMLError as error:
        return None, _describe_syntax_error(error)
    except (yaml.YAMLError, ValueError):
        # SafeLoader raises ValueError for dates and numbers that cannot exist, such as 2024-13-40.
        return None, "dit is geen geldige YAML. Controleer rare tekens, datums en inspringen."


def describe_place(loc: Sequence[int | str], content: Any) -> str:
    """Return the path inside the file, with the id of a list item when it has one.

    loc: pydantic's location, for example ("goals", 2, "label").
    >>> describe_place(("goals", 0, "label"), {"goals": [{"id": "RV1"}]})
    'goals → nr. 1 (RV1) → label'
    """
    parts: list[str] = []
    here = content
    for step in loc:
        here = _step_into(here, step)
        if isinstance(step, int):
            name = here.get("id") or here.get("indicator") if isinstance(here, dict) else None
            parts.append(f"nr. {step + 1}" + (f" ({name})" if name else ""))
        else:
            parts.append(step)
    return " → ".join(parts) or "het hele bestand"


def describe_errors(error: ValidationError, content: Any) -> list[str]:
    """Return one Dutch sentence, place first, for each fault pydantic found."""
    return [f"{describe_place(fault['loc'], content)}: {_sentence(fault)}" for fault in error.errors()]


def _step_into(here: Any, step: int | str) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _sentence(fault: Any) -> str:
    kind = fault["type"]
    if kind == "literal_error":
        allowed = fault["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        return f'"{fault["input"]}" kan hier niet. Kies uit: {allowed}.'
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    # An unknown kind is still told with its place; the text of pydantic is English.
    return _SENTENCES.get(kind, f"dit klopt niet ({fault['msg']}). Verbeter de waarde.")


def _describe_syntax_error(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"regel {mark.line + 1}, teken {mark.column + 1}: " if mark else ""
    if error.problem and "tweede keer" in error.problem:
        return f"{place}{error.problem}. Haal er een weg."
    return f"{place}dit is geen geldige YAML. Controleer het inspringen, de haakjes en de aanhalingstekens."
