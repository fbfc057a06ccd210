"""Says what keeps two figures from being compared, when they stand side by side."""

from indicators.figures import Figure, FigureStatus

_STATUS_NL: dict[FigureStatus, str] = {
    "known": "vastgesteld",
    "provisional": "voorlopig",
    "suppressed": "te klein om te tonen",
    "missing": "niet bekend",
}


def compare(a: Figure, b: Figure) -> list[str]:
    """Return a Dutch warning for each way in which two figures differ besides area and value.

    An empty list means: same period, unit, definition and status, so the values may be held
    against each other. The order of a and b changes the order of the words, not the warnings.
    """
    warnings: list[str] = []
    if _plain(a.period) != _plain(b.period):
        warnings.append(f"Andere periode: {a.period} en {b.period}. Het verschil kan door de tijd komen.")
    if _plain(a.unit) != _plain(b.unit):
        warnings.append(f"Andere eenheid: {a.unit} en {b.unit}. Vergelijk de getallen niet met elkaar.")
    if _meaning(a) != _meaning(b):
        warnings.append(_describe_meaning(a, b))
    if a.status != b.status:
        warnings.append(f"Andere status: {_STATUS_NL[a.status]} en {_STATUS_NL[b.status]}.")
    return warnings


def _describe_meaning(a: Figure, b: Figure) -> str:
    if a.indicator == b.indicator:
        return f"Andere definitie van {a.indicator_label}: de lijn breekt hier. Lees eerst wat er telt."
    return f"Andere definitie: {a.indicator_label} is iets anders dan {b.indicator_label}."


def _meaning(figure: Figure) -> tuple[str, ...]:
    parts = (figure.indicator, figure.definition, figure.counts, figure.counts_not)
    return tuple(_plain(part) for part in parts)


def _plain(text: str) -> str:
    """Two texts that differ in capitals or spaces only say the same."""
    return " ".join(text.casefold().split())
