"""Mappings: which column holds what."""

from pathlib import Path

import pytest

from indicators.figure_files import read_figures
from indicators.mapping import BUILT_IN, MappingError, built_in_mapping, load_mapping, recognise_mapping

OWN = """
key: dashboard
title: Ons dashboard
area: Voorbeeldstad
period_column: Maand
source: Voorbeeldstad, dashboard
values:
  - {column: Nieuw, indicator: V1, label: Nieuwe vragen, unit: vragen, definition: Vragen in de maand}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "koppeling.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("key", BUILT_IN)
def test_each_built_in_mapping_knows_its_own_header(key: str) -> None:
    mapping = built_in_mapping(key)
    assert recognise_mapping(mapping.required_columns()) == mapping


def test_a_header_of_something_else_is_not_recognised() -> None:
    assert recognise_mapping(["naam", "verhaal", "datum"]) is None


def test_a_supplier_keeps_its_own_columns(tmp_path: Path) -> None:
    file = tmp_path / "dash.csv"
    file.write_text("Maand;Nieuw;Team\n2024-01;12;Noord\n2024-02;;Noord\n", encoding="utf-8")
    read = read_figures(file, mapping=load_mapping(write(tmp_path, OWN)))
    assert [(f.area, f.period, f.value, f.status) for f in read.figures] == [
        ("Voorbeeldstad", "2024-01", 12.0, "known"),
        ("Voorbeeldstad", "2024-02", None, "missing"),
    ]
    assert read.notes == ["Niet gelezen: Team."]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("unit: vragen, ", "", "values → nr. 1 (V1) → unit: dit veld ontbreekt. Vul het in."),
        ("area: V", "area_column: Stad\narea: V", 'het hele bestand: geef "area_column" of "area"'),
        ("source: Voorbeeldstad, dashboard", "", '"source" ontbreekt: bij elk cijfer hoort een bron.'),
        ("title: Ons dashboard", "", "title: dit veld ontbreekt. Vul het in."),
    ],
)
def test_a_faulty_mapping_says_where(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(MappingError) as error:
        load_mapping(write(tmp_path, OWN.replace(old, new)))
    assert sentence in str(error.value)
