"""How one figure looks on screen."""

from dataclasses import replace

import pytest

from indicators.figures import Figure, show_figure

FIGURE = Figure("K01", "Jeugdigen met hulp", 967.0, "known", "jeugdigen", "Stad", "2023", "Stad", "", "", "", 2)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "967 jeugdigen"),
        ({"value": 13.2, "unit": "%", "status": "provisional"}, "13,2% (voorlopig)"),
        ({"value": 4200000.0, "unit": "EUR"}, "4.200.000 EUR"),
        ({"value": 0.0}, "0 jeugdigen"),
        ({"value": None, "status": "missing"}, "geen cijfer"),
        ({"value": None, "status": "suppressed"}, "te klein om te tonen"),
        ({"value": None, "value_text": "eind 2024"}, "eind 2024"),
    ],
)
def test_a_figure_says_what_it_is_and_an_absent_one_says_why(changes: dict, shown: str) -> None:
    assert show_figure(replace(FIGURE, **changes)) == shown
