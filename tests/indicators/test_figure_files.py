"""Files of figures: read as they come, or refused with every fault."""

import json
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.figure_files import read_figures
from indicators.kpi_errors import KpiFileError
from tests.indicators.kpi_tables import HEADER, make_line, write_csv, write_xlsx

CASES = Path(__file__).parents[1] / "cases" / "figures"
REFUSED = json.loads((CASES / "refused_values.json").read_text(encoding="utf-8"))


def refuse(path: Path) -> list[str]:
    with pytest.raises(KpiFileError) as error:
        read_figures(path)
    return [str(fault) for fault in error.value.faults]


def test_empty_hidden_provisional_and_zero_are_four_things(tmp_path: Path) -> None:
    lines = [
        make_line("", area="A"),
        make_line(".", area="B"),
        make_line("5", area="C", period="2024*"),
        make_line("0", area="D"),
        make_line("minder dan 10", area="E"),
    ]
    figures = read_figures(write_csv(tmp_path, *lines)).figures
    assert [(figure.value, figure.status) for figure in figures] == [
        (None, "missing"),
        (None, "suppressed"),
        (5.0, "provisional"),
        (0.0, "known"),
        (None, "suppressed"),
    ]
    assert figures[2].period == "2024"


def test_a_figure_keeps_its_row_as_the_spreadsheet_counts(tmp_path: Path) -> None:
    path = write_csv(tmp_path, make_line("1"), ";;;;;;;;;", "", make_line("2", area="Elders"))
    assert [figure.row for figure in read_figures(path).figures] == [2, 5]


@pytest.mark.parametrize("case", REFUSED, ids=[case["cell"] for case in REFUSED])
def test_a_cell_that_is_no_number_is_named_with_place_and_next_step(tmp_path: Path, case: dict) -> None:
    path = write_csv(tmp_path, make_line("1"), make_line(case["cell"], area="Elders"))
    assert refuse(path) == [f"kpi_2024.csv, rij 3: {case['sentence']}"]


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path,
        make_line("n.v.t."),
        make_line("3", area=""),
        make_line("4", area="Elders", period="vorig jaar"),
        make_line("5", area="Daar", unit="x" * 41),
    )
    faults = refuse(path)
    assert faults[1] == 'kpi_2024.csv, rij 3: kolom "gebied" is leeg. Vul de cel in.'
    assert faults[2] == (
        'kpi_2024.csv, rij 4: "vorig jaar" in kolom "periode" heeft geen jaartal. Schrijf bijvoorbeeld 2024 of 2024 Q1.'
    )
    assert "is langer dan 40 tekens" in faults[3]


def test_a_fault_knows_its_row_column_and_value(tmp_path: Path) -> None:
    with pytest.raises(KpiFileError) as error:
        read_figures(write_csv(tmp_path, make_line("n.v.t.")))
    fault = error.value.faults[0]
    assert (fault.file, fault.row, fault.column, fault.value) == ("kpi_2024.csv", 2, "waarde", "n.v.t.")


def test_a_double_row_is_refused_also_with_an_asterisk(tmp_path: Path) -> None:
    path = write_csv(tmp_path, make_line("1"), make_line("2", area="Elders"), make_line("1", period="2024*"))
    assert refuse(path) == [
        'kpi_2024.csv, rij 4: "K01", "Voorbeeldstad", "2024*", "Voorbeeldstad, jaarcijfers" staat ook al '
        "in rij 2. Haal een van de twee rijen weg."
    ]


def test_one_code_cannot_mean_two_things_in_one_period(tmp_path: Path) -> None:
    path = write_csv(tmp_path, make_line("1"), make_line("2", area="Elders", definition="Alleen nieuwe jeugdigen"))
    assert refuse(path) == [
        'kpi_2024.csv, rij 3: "K01" heeft hier een andere definitie dan in rij 2. '
        "Geef het een eigen code of maak ze gelijk."
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    path.write_text(f"{HEADER}\n{make_line('1')}\n".replace(";jeugdigen", "").replace(";eenheid", ""), "utf-8")
    assert refuse(path) == [
        'kpi.csv, rij 1: kolom "eenheid" ontbreekt. Voeg de kolom toe of kies een andere koppeling.'
    ]


def test_a_semicolon_too_many_is_told_with_its_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path, make_line("1"), make_line("2", area="Hier;Daar"))
    assert refuse(path) == [
        "kpi_2024.csv, rij 3: hier staan 11 cellen, de kop heeft er 10. Controleer puntkomma's en aanhalingstekens."
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.csv: het bestand is leeg. Bewaar het opnieuw en kies het nog een keer."),
        (b"\n\n", "x.csv: rij 1 is leeg. Zet daar de namen van de kolommen."),
        (HEADER.encode(), "x.csv: er staan geen rijen onder de kop. Voeg de cijfers toe."),
        (
            b"\x89PNG\r\n\x1a\n" + struct.pack(">II", 13, 1),
            "x.csv: dit is een afbeelding (PNG), geen CSV of Excel. Bewaar de cijfers als .csv of .xlsx.",
        ),
        (b"ab\x00cd", "x.csv: is geen tekst en geen Excel. Bewaar de cijfers als .csv of .xlsx."),
        (b'a;b\n"x"y;2\n', "x.csv: de aanhalingstekens kloppen niet. Open het in Excel en bewaar het opnieuw als CSV."),
        (b"a;A;c\n1;2;3\n", 'x.csv, rij 1: kolom "A" staat er twee keer. Haal er een weg.'),
        (
            b"gebied,waarde\nHier,3\n",
            "x.csv, rij 1: de kolommen zijn niet met een puntkomma gescheiden. Bewaar het als CSV met puntkomma's.",
        ),
        (
            b"naam;aantal\nx;3\n",
            f"x.csv, rij 1: deze kolommen ken ik niet. Gebruik {HEADER}, of geef een koppeling mee (--mapping).",
        ),
    ],
)
def test_a_file_that_is_something_else_gets_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert sentence in refuse(path)


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    read = read_figures(write_csv(tmp_path, make_line("1"), encoding="utf-8-sig"))
    assert (read.encoding, read.notes, read.figures[0].indicator) == ("utf-8", [], "K01")


def test_windows_text_is_read_and_said_out_loud(tmp_path: Path) -> None:
    read = read_figures(write_csv(tmp_path, make_line("1", area="Súdwest-Fryslân"), encoding="cp1252"))
    assert read.figures[0].area == "Súdwest-Fryslân"
    assert read.notes == ["Geen geldige UTF-8; gelezen als Windows-tekst (Latin-1). Controleer letters als é en ë."]


def test_unicode_text_from_excel_is_read(tmp_path: Path) -> None:
    assert read_figures(write_csv(tmp_path, make_line("1"), encoding="utf-16")).encoding == "utf-16"


def test_a_closing_line_with_the_source_is_no_figure(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    path.write_text(f'{HEADER}\n{make_line("1")}\n"Bron: CBS";;;;;;;;;\n', "utf-8")
    read = read_figures(path)
    assert len(read.figures) == 1
    assert read.notes == ['Rij 3 is een slotregel ("Bron: CBS") en telt niet als cijfer.']


def test_words_beside_a_number_and_words_instead_of_one(tmp_path: Path) -> None:
    path = tmp_path / "kpi.csv"
    lines = [
        make_line("80", area="A") + ";ruim 80",
        make_line("", area="B") + ";eind 2024",
        make_line("", area="C") + ";",
    ]
    path.write_text("\n".join([HEADER + ";tekst", *lines]), "utf-8")
    found = [(f.value, f.value_text, f.status) for f in read_figures(path).figures]
    assert found == [(80.0, "ruim 80", "known"), (None, "eind 2024", "known"), (None, "", "missing")]


def test_excel_gives_the_same_figures_as_csv(tmp_path: Path) -> None:
    cells: list[object] = make_line("13,2").split(";")
    as_excel = [*cells[:3], 2024, 13.2, *cells[5:]]
    from_excel = read_figures(write_xlsx(tmp_path, [as_excel]))
    from_csv = read_figures(write_csv(tmp_path, make_line("13,2")))
    assert from_excel.figures == from_csv.figures
    assert from_excel.encoding == "xlsx"


def test_excel_cells_that_are_no_number_are_refused(tmp_path: Path) -> None:
    cells: list[object] = make_line("").split(";")
    rows = [[*cells[:2], f"Stad {nr}", "2024", value, *cells[5:]] for nr, value in enumerate(["n.v.t.", True])]
    assert [fault.split(": ", 1)[1] for fault in refuse(write_xlsx(tmp_path, rows))] == [
        '"n.v.t." in kolom "waarde" is geen getal. Laat de cel leeg als de waarde onbekend is.',
        '"WAAR" in kolom "waarde" is geen getal. Laat de cel leeg als de waarde onbekend is.',
    ]


def test_a_formula_without_result_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    cells: list[object] = make_line("").split(";")
    path = write_xlsx(tmp_path, [[*cells[:4], "=1+1", *cells[5:]]])
    assert refuse(path) == [
        "kpi_2024.xlsx, rij 2: kolom E heeft een formule zonder uitkomst. Open het in Excel en bewaar het opnieuw."
    ]


def test_a_workbook_with_a_million_empty_rows_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path, [make_line("1").split(";")], last_row=1_048_576)
    assert refuse(path) == [
        "kpi_2024.xlsx: het eerste blad is te groot. Verwijder lege rijen en kolommen, of bewaar het als CSV."
    ]


def test_other_sheets_are_left_out_and_said_so(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path, [make_line("1").split(";")], other_sheet="Toelichting")
    assert read_figures(path).notes == ['Alleen het eerste blad ("Sheet") is gelezen; 1 andere niet.']


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kpi.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refuse(path) == ["kpi.xlsx: dit is geen Excel (.xlsx). Bewaar de cijfers als .xlsx of .csv."]


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path, [make_line("1").split(";")])
    path.write_bytes(path.read_bytes()[:400])
    assert refuse(path) == ["kpi_2024.xlsx: dit bestand is beschadigd. Bewaar het opnieuw als .xlsx of .csv."]


def test_a_workbook_with_broken_insides_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kpi.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<geen xml")
    assert refuse(path) == ["kpi.xlsx: dit Excel-bestand is niet te lezen. Bewaar het opnieuw als .xlsx of .csv."]


@given(st.binary(max_size=300))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_content_gets_past_without_figures_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(KpiFileError, match=r"x\.csv"):
        read_figures(path)
