"""manage.py: files in and out, sentences for people, JSON for scripts, and the three exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

import manage
from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.invitations import find_invitation
from storage.tables.people import SignInRow
from stories.collections import Collection
from tests.cast import masked, tell

Run = Callable[..., int]


@pytest.fixture
def run(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on the installation of this test; gives its exit code."""
    monkeypatch.setattr(manage, "open_installation", lambda settings: installation)

    def run_command(*words: object) -> int:
        monkeypatch.setattr("sys.argv", ["manage.py", *map(str, words)])
        return manage.main()

    return run_command


def write_stories(path: Path, *texts: str) -> Path:
    path.write_text("".join(json.dumps({"id": f"s{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
    return path


def test_deidentify_gives_masked_text_and_offsets_into_the_original(run: Run, tmp_path: Path) -> None:
    text = "Mijn dochter Fatima belde 06-12345678."
    source = write_stories(tmp_path / "in.jsonl", text)
    assert run("deidentify", source, tmp_path / "out.jsonl") == 0
    row = json.loads((tmp_path / "out.jsonl").read_text())
    assert "Fatima" not in row["text"]
    assert {span["text"] for span in row["spans"]} == {"Fatima", "06-12345678"}
    assert all(text[span["start"] : span["end"]] == span["text"] for span in row["spans"])


def test_tag_gives_at_least_ten_tags_best_first(run: Run, tmp_path: Path) -> None:
    source = write_stories(tmp_path / "in.jsonl", "Mijn zoon werd gepest op school en niemand luisterde.")
    assert run("tag", source, tmp_path / "out.jsonl") == 0
    tags = json.loads((tmp_path / "out.jsonl").read_text())["tags"]
    assert len(tags) >= 10
    assert [tag["score"] for tag in tags] == sorted((tag["score"] for tag in tags), reverse=True)
    assert set(tags[0]) == {"code", "score", "proposed", "because"}


def test_embed_gives_unit_rows_and_themes_can_use_them(run: Run, tmp_path: Path) -> None:
    source = write_stories(tmp_path / "in.jsonl", *[f"De helper kwam {i} keer op dinsdag langs." for i in range(30)])
    assert run("embed", source, tmp_path / "v.npy") == 0
    vectors = np.load(tmp_path / "v.npy", allow_pickle=False)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert run("themes", source, tmp_path / "t.json", "--seed", 3, "--embeddings", tmp_path / "v.npy") == 0
    themes = json.loads((tmp_path / "t.json").read_text())
    assert [story["id"] for story in themes["stories"]] == [f"s{i}" for i in range(30)]
    assert themes["run"]["seed"] == 3
    assert {"embed", "lemmatise"} <= set(themes["run"]["seconds"])


def test_themes_refuses_vectors_of_another_file(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_stories(tmp_path / "in.jsonl", "Eén verhaal.")
    np.save(tmp_path / "v.npy", np.zeros((2, 4), dtype=np.float32))
    assert run("themes", source, tmp_path / "t.json", "--embeddings", tmp_path / "v.npy") == 2
    assert "v.npy: hierin staan 2 rijen, maar er zijn 1 verhalen." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("geen json\n", "in.jsonl, regel 1: dit is geen geldige JSON."),
        ('{"text": "a"}\n', 'in.jsonl, regel 1: het veld "id" ontbreekt.'),
        ('{"id": "a"}\n', 'in.jsonl, regel 1: het veld "text" ontbreekt of is geen tekst.'),
        ('{"id": "a", "text": 4}\n', 'in.jsonl, regel 1: het veld "text" ontbreekt of is geen tekst.'),
        ('{"id": "a", "text": "b"}\n\n{"id": "a", "text": "c"}\n', 'in.jsonl, regel 3: id "a" komt vaker voor.'),
        ("[]\n", "in.jsonl, regel 1: hier hoort een object"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_written(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, sentence: str
) -> None:
    (tmp_path / "in.jsonl").write_text(content)
    assert run("deidentify", tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def test_every_fault_has_a_line(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.jsonl").write_text('x\ny\n{"id": "a", "text": "b"}\nz\n')
    assert run("deidentify", tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert [line.split(":")[0] for line in lines] == [f"in.jsonl, regel {n}" for n in (1, 2, 4)]


def test_a_missing_file_and_a_picture_are_refused(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "foto.jsonl").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert run("deidentify", tmp_path / "weg.jsonl", tmp_path / "out.jsonl") == 2
    assert run("deidentify", tmp_path / "foto.jsonl", tmp_path / "out.jsonl") == 2
    said = capsys.readouterr().err
    assert "weg.jsonl: dit bestand bestaat niet." in said
    assert "foto.jsonl: dit is geen tekstbestand in UTF-8." in said


def test_an_empty_file_gives_an_empty_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("")
    assert run("deidentify", tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_text() == ""


def test_export_writes_the_stories_and_where_they_come_from(
    run: Run, installation: Installation, collection: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(12):
        told = tell(installation, collection, text=f"Verhaal {number}.")
        masked(installation, told.story_id, f"Verhaal {number}.")
    assert run("export", "csv", tmp_path / "uit.csv", "--collection", "demo", "--json") == 0
    assert json.loads(capsys.readouterr().out)["n_stories"] == 12
    assert "Verhaal 7." in (tmp_path / "uit.csv").read_text()
    assert (tmp_path / "uit.csv.herkomst.json").exists()


def test_whatever_waits_for_a_reader_is_released_with_a_reason_and_counted(
    run: Run, installation: Installation, collection: Collection, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        masked(installation, tell(installation, collection).story_id, f"Verhaal {number}.", released=False)
    assert run("reading", "release", "-c", "demo", "--reason", "elders gelezen") == 2
    assert run("reading", "release", "-c", "demo", "--all") == 2
    said = capsys.readouterr().err
    assert "Geef --all" in said and "Geef met --reason" in said
    assert run("reading", "status", "-c", "demo", "--json") == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == 3
    assert run("reading", "release", "-c", "demo", "--all", "--reason", "elders gelezen", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"released": 3}
    assert run("reading", "status", "-c", "demo") == 0
    assert "0 verhalen wachten op een lezer; 0 meldingen" in capsys.readouterr().err


def test_dinas_story_is_gone_after_withdraw(
    run: Run, installation: Installation, collection: Collection, tmp_path: Path
) -> None:
    dina = tell(installation, collection, text="Dina zag een zeehond.")
    masked(installation, dina.story_id, "Dina zag een zeehond.")
    for number in range(12):
        masked(installation, tell(installation, collection).story_id, f"Verhaal {number}.")
    assert run("withdraw", dina.code.lower().replace("-", " ")) == 0
    assert run("export", "jsonl", tmp_path / "uit.jsonl", "-c", "demo") == 0
    assert "zeehond" not in (tmp_path / "uit.jsonl").read_text()
    assert run("withdraw", dina.code) == 2


def test_an_account_and_its_role_are_made_in_one_go(
    run: Run, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("users", "add", "eva", "--role", "evaluator", "-c", "demo", "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"name": "eva", "role": "evaluator", "is_new": True}
    assert "Eenmalig wachtwoord van eva: " in said.err
    assert run("users", "add", "eva", "--role", "analyst", "-c", "demo") == 2
    assert "eva heeft hier al een rol: evaluator. Komt deze rol er met opzet bij? Geef dan --also." in (
        capsys.readouterr().err
    )
    assert run("users", "add", "eva", "--role", "analyst", "-c", "demo", "--also") == 0
    assert "wachtwoord" not in capsys.readouterr().err
    assert run("users", "add", "eva", "--role", "privacy_officer", "-c", "demo", "--also") == 2


def test_a_link_replaces_the_password_and_ends_the_sign_ins(
    run: Run, anna: Viewer, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("users", "add", "eva", "--link") == 0
    assert "/welkom/" in capsys.readouterr().err
    assert run("users", "link", "anna") == 0
    token = capsys.readouterr().err.split("/welkom/")[1].split()[0]
    assert run("users", "end", "bram") == 0
    with installation.database.reading() as session:
        assert find_invitation(session, token).user_name == "anna"
        assert session.scalar(select(func.count(SignInRow.token_hash))) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("users", "add", "jan", "--role", "baas"), 'Rol "baas" bestaat niet.'),
        (("users", "add", "jan", "--role", "evaluator"), "Een rol geldt in een verzameling."),
        (("export", "csv", "uit.csv", "-c", "nergens"), 'Verzameling "nergens" bestaat niet.'),
        (("export", "qdpx", "uit.qdpx", "-c", "demo"), 'Formaat "qdpx" is er nog niet in deze versie.'),
        (("patterns", "a.csv", "b.yaml", "c.json"), "`patterns` is er nog niet in deze versie."),
        (("backup", "uit"), "Geef met VERTELTAFEL_BACKUP_KEY_FILE het bestand"),
        (("restore", "in"), "Geef met VERTELTAFEL_BACKUP_KEY_FILE het bestand"),
        (("withdraw", "AAAA-BBBB"), "Deze code hoort bij geen verhaal."),
        (("figures", "import", "weg.csv", "-c", "demo"), "weg.csv"),
    ],
)
def test_a_wrong_request_gets_a_sentence_and_exit_code_2(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert run(*words) == 2
    assert sentence in capsys.readouterr().err


def test_a_wrong_option_ends_with_exit_code_2(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("themes") == 2
    assert run("bestaat-niet") == 2


def test_an_unknown_setting_stops_the_program_with_its_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERTELTAFEL_POORT", "80")
    assert run("check") == 2
    assert capsys.readouterr().err.startswith("Instelling VERTELTAFEL_POORT bestaat niet.")


def test_a_figure_file_with_a_word_for_a_number_is_refused_whole(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kpi.csv").write_text(
        "indicator;label;gebied;periode;waarde;eenheid;bron;definitie;telt;telt_niet\n"
        "wacht;Wachttijd;Groningen;2024;12,5;dagen;WIJ, kwartaal 1;;;\n"
        "wacht;Wachttijd;Groningen;2025;n.v.t.;dagen;WIJ, kwartaal 1;;;\n"
    )
    assert run("figures", "import", tmp_path / "kpi.csv", "-c", "demo") == 2
    said = capsys.readouterr().err
    assert 'kpi.csv, rij 3: "n.v.t." in kolom "waarde" is geen getal.' in said


def test_check_names_the_collections(run: Run, collection: Collection, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["collections"] == {"demo": 0, "elders": 0}
    assert result["audit_chain"] == "ok"


def test_a_database_that_does_not_answer_is_said_in_a_sentence_without_what_was_written(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*rest: object, **options: object) -> None:
        raise OperationalError("INSERT", {"text": "zeehond"}, RuntimeError("database or disk is full: zeehond"))

    monkeypatch.setattr("safeguards.withdrawal.withdraw_by_code", fail)
    assert run("withdraw", "AAAA-BBBB") == 1
    said = capsys.readouterr().err
    assert "de schijf is vol" in said and "zeehond" not in said and "Traceback" not in said


@pytest.fixture
def settled(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings as somebody gave them who makes backups; the file with the passphrase."""
    (tmp_path / "sleutel").write_text("een lange zin voor de reservekopie\n")
    monkeypatch.setenv("VERTELTAFEL_DATA_FOLDER", str(installation.settings.data_folder))
    monkeypatch.setenv("VERTELTAFEL_BACKUP_KEY_FILE", str(tmp_path / "sleutel"))
    return tmp_path


def test_a_backup_is_made_checked_and_put_back(
    run: Run,
    installation: Installation,
    collection: Collection,
    settled: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(installation, collection)
    assert run("backup", settled / "a.backup", "--with-key", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["tables"]["stories"]["rows"] == 1 and made["has_vault_key"] and len(made["audit_tip"]) == 2
    assert run("restore", settled / "a.backup") == 2
    assert "staan al gegevens" in capsys.readouterr().err
    assert run("restore", settled / "a.backup", "--check") == 0
    assert "Er is niets veranderd." in capsys.readouterr().err
    monkeypatch.setenv("VERTELTAFEL_DATA_FOLDER", str(settled / "nieuw"))
    assert run("restore", settled / "a.backup", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["stories"], done["n_withdrawn"], done["audit_tip"]) == (1, 0, made["audit_tip"])
    assert (settled / "nieuw" / "vault.key").exists()
