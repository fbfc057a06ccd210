"""How one value stands in a cell of a spreadsheet."""

from collections.abc import Mapping

N_DECIMALS = 6
# A spreadsheet takes a cell that starts with one of these for a formula, some also after white
# space or in full width. The apostrophe is in the list so that taking it off again is exact.
_STARTS_FORMULA = frozenset("=+-@'＝＋－＠")
PROTECTION = "'"


def protect_text(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    >>> protect_text("=1+1")
    "'=1+1"
    """
    return PROTECTION + text if _could_be_formula(text) else text


def unprotect_text(cell: str) -> str:
    """Take off exactly what `protect_text` put on."""
    return cell[1:] if cell.startswith(PROTECTION) and _could_be_formula(cell[1:]) else cell


def _could_be_formula(text: str) -> bool:
    return text.lstrip()[:1] in _STARTS_FORMULA if text.strip() else False


def show_number(number: float) -> str:
    """A number with a decimal point, at most 6 decimals, and no more than needed: 55, 0.333333."""
    text = f"{number:.{N_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def round_shares(shares: Mapping[str, float]) -> dict[str, float]:
    """Round shares to 6 decimals that still add up to exactly 1, so that reading them in changes nothing.

    What rounding down leaves over goes to the shares that lost most (largest remainder).
    """
    unit = 10**N_DECIMALS
    parts = {key: int(share * unit) for key, share in shares.items()}
    lost = sorted(shares, key=lambda key: (parts[key] - shares[key] * unit, key))
    for key in lost[: unit - sum(parts.values())]:
        parts[key] += 1
    return {key: part / unit for key, part in parts.items()}
