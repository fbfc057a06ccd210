"""Warnings between two figures that stand side by side."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.comparability import compare
from indicators.figures import Figure

HERE = Figure("K1", "Wachttijd", 12.0, "known", "dagen", "Hier", "2023", "A", "Tot het gesprek", "alles", "", 2)
THERE = replace(HERE, area="Daar", value=30.0, row=9)


def test_two_areas_with_the_same_figure_may_be_compared() -> None:
    assert compare(HERE, THERE) == []


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"period": "2022"}, "Andere periode: 2023 en 2022. Het verschil kan door de tijd komen."),
        ({"unit": "weken"}, "Andere eenheid: dagen en weken. Vergelijk de getallen niet met elkaar."),
        ({"definition": "Tot de hulp"}, "Andere definitie van Wachttijd: de lijn breekt hier. Lees eerst wat er telt."),
        ({"counts": "spoed"}, "Andere definitie van Wachttijd: de lijn breekt hier. Lees eerst wat er telt."),
        ({"status": "provisional"}, "Andere status: vastgesteld en voorlopig."),
        (
            {"indicator": "K2", "indicator_label": "Wachtlijst"},
            "Andere definitie: Wachttijd is iets anders dan Wachtlijst.",
        ),
    ],
)
def test_each_difference_gives_its_own_warning(changes: dict, warning: str) -> None:
    assert compare(HERE, replace(THERE, **changes)) == [warning]


def test_capitals_and_spaces_make_no_difference() -> None:
    assert compare(HERE, replace(THERE, unit="Dagen ", definition="tot  het gesprek")) == []


@given(st.sampled_from(["2022", "2023"]), st.sampled_from(["dagen", "weken"]), st.sampled_from(["known", "missing"]))
def test_the_order_changes_no_number_of_warnings(period: str, unit: str, status: str) -> None:
    other = replace(THERE, period=period, unit=unit, status=status)
    assert len(compare(HERE, other)) == len(compare(other, HERE))
