"""Read the answer to one question from the form's fields, with or without JavaScript: one shape.

A choice from words is stored as a representative point of what was chosen:

- triad, seven zones: a corner is .80/.10/.10, in between two corners .45/.45/.10, all three 1/3 each
  (input_mode "zone7"). Each lies well inside its zone, so that counting by zone gives it back.
- dyad and stones, five steps: 10, 30, 50, 70, 90, the middles of five equal parts (input_mode "steps").

A point placed in the figure is stored as it is (input_mode "drag").
"""

from dataclasses import dataclass
from typing import Any

from intake.questions import BALANCED_VALUE, FIVE_STEPS, JOIN, NOT_APPLICABLE_VALUE, Question
from stories.answers import ANSWERED, BALANCED, NOT_APPLICABLE, SKIPPED, Answer

CORNER, OTHER_CORNER = 0.8, 0.1
BETWEEN, FAR_CORNER = 0.45, 0.1
MOVES_MOST = 10_000


@dataclass(frozen=True)
class Sent:
    """The fields of a form as they came, by name; never more than what the form has."""

    values: dict[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        """The first value of a field, "" when it is not there."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every non-empty value of a field."""
        return tuple(value for value in self.values.get(name, ()) if value)

    def __repr__(self) -> str:
        return f"Sent({len(self.values)} fields)"


class FieldError(Exception):
    """A field has to be mended. field: where the error summary leads to."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def read_answer(question: Question, sent: Sent) -> Answer:
    """The answer to a question. Raises FieldError when its fields contradict each other."""
    chosen = sent.all(question.id)
    if NOT_APPLICABLE_VALUE in chosen:
        _refuse_both(question, sent, chosen)
        return Answer(NOT_APPLICABLE, shown=question.shown)
    if question.kind == "stones":
        return _read_stones(question, sent)
    if question.kind in ("triad", "dyad"):
        return _read_shape(question, sent, chosen)
    if not chosen:
        return Answer(SKIPPED, shown=question.shown)
    if len(chosen) > question.most:
        raise FieldError(question.id, f"Kies hoogstens {question.most} antwoorden. Nu zijn het er {len(chosen)}.")
    return Answer(ANSWERED, list(chosen), shown=question.shown)


def _refuse_both(question: Question, sent: Sent, chosen: tuple[str, ...]) -> None:
    others = len(chosen) > 1 or (
        question.kind == "stones" and any(sent.all(name) for name in question.field_names[1:-1])
    )
    if others:
        raise FieldError(
            question.id, f"Hier staat een antwoord en ook “{question.not_applicable}”. Kies een van de twee."
        )


def _read_shape(question: Question, sent: Sent, chosen: tuple[str, ...]) -> Answer:
    point = sent.first(f"{question.id}.point")
    if chosen:
        read = _zone_shares if question.kind == "triad" else _step_position
        mode = "zone7" if question.kind == "triad" else "steps"
        return Answer(ANSWERED, read(question, chosen[0]), question.shown, mode)
    if not point:
        return Answer(SKIPPED, shown=question.shown)
    value: Any = point.split(",") if question.kind == "triad" else point
    return Answer(ANSWERED, value, question.shown, "drag", _read_moves(question, sent))


def _zone_shares(question: Question, zone: str) -> dict[str, float]:
    if zone == BALANCED_VALUE:
        return dict.fromkeys(question.keys, BALANCED)
    poles = zone.split(JOIN)
    if zone not in {value for value, _ in question.options}:
        raise FieldError(question.id, "Dit antwoord bestaat niet. Kies een van de antwoorden.")
    near, far = (CORNER, OTHER_CORNER) if len(poles) == 1 else (BETWEEN, FAR_CORNER)
    return {key: near if key in poles else far for key in question.keys}


def _step_position(question: Question, step: str) -> float:
    if step not in {str(known) for known in FIVE_STEPS}:
        raise FieldError(question.id, "Dit antwoord bestaat niet. Kies een van de antwoorden.")
    return float(step)


def _read_stones(question: Question, sent: Sent) -> Answer:
    placed: dict[str, list[float] | list[str]] = {}
    was_dragged = False
    for key, label in question.parts:
        name = f"{question.id}.{key}"
        steps = [sent.first(f"{name}.x"), sent.first(f"{name}.y")]
        point = sent.first(f"{name}.point")
        if all(steps):
            placed[key] = [_step_position(question, step) for step in steps]
        elif any(steps):
            raise FieldError(f"{name}.x", f"Kies bij “{label}” allebei de antwoorden, of laat ze allebei leeg.")
        elif point:
            placed[key] = point.split(",")
            was_dragged = True
    if not placed:
        return Answer(SKIPPED)
    moves = _read_moves(question, sent) if was_dragged else None
    return Answer(ANSWERED, placed, None, "drag" if was_dragged else "steps", moves)


def _read_moves(question: Question, sent: Sent) -> int | None:
    moves = sent.first(f"{question.id}.moves")
    # A count that our own script did not write is no reason to refuse a story; it is left out.
    return min(int(moves), MOVES_MOST) if moves.isascii() and moves.isdecimal() and len(moves) < 7 else None
