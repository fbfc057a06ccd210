"""A framework file is read, or each fault is said with its place in the file."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from stories.elements import make_key
from stories.framework import FrameworkError, load_framework, parse_framework
from tests.cast import DEMO_FRAMEWORK, ROOT, SMALL_FRAMEWORK, read_framework

SPECIFIED = ROOT.parent / "shared" / "spec" / "framework_bjh.yaml"
GONE = object()


def bend(path: list[str | int], value: Any) -> dict[str, Any]:
    """The small framework with one thing in it changed, or taken out with GONE."""
    document = copy.deepcopy(yaml.safe_load(SMALL_FRAMEWORK.read_text()))
    part = document
    for step in path[:-1]:
        part = part[step]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return document


@pytest.mark.parametrize("path", [SMALL_FRAMEWORK, DEMO_FRAMEWORK])
def test_our_own_frameworks_are_right(path: Path) -> None:
    framework = load_framework(path)
    assert framework.perspective_ids and all(framework.elements_for(name) for name in framework.perspective_ids)


def test_the_specified_framework_is_right() -> None:
    if not SPECIFIED.exists():
        pytest.skip("the specification is not beside this checkout")
    assert load_framework(SPECIFIED).perspective_ids == ("child_8_12", "youth_12_18", "parent", "worker")


# One thing wrong in the small framework (without "value": taken out), and how it is said.
FAULTS = json.loads((ROOT / "tests" / "cases" / "framework_faults.json").read_text())


@pytest.mark.parametrize("case", FAULTS, ids=[" ".join(map(str, case["path"])) for case in FAULTS])
def test_a_fault_is_said_in_dutch_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(FrameworkError) as caught:
        parse_framework(bend(case["path"], case.get("value", GONE)), name="kader.yaml")
    assert [fault for fault in caught.value.faults if case["sentence"] in fault], caught.value.faults
    assert not [word for word in ("Input", "should", "error") if word in str(caught.value)]


def test_every_fault_is_said_at_once() -> None:
    document = bend(["signifiers", 0, "use"], "")
    document["signifiers"][1]["texts"]["parent"]["poles"] = ["a"]
    with pytest.raises(FrameworkError) as caught:
        parse_framework(document)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "het bestand is leeg of geen lijst van onderdelen"),
        (b"- een\n- twee", "het bestand is leeg of geen lijst van onderdelen"),
        (b"gewone tekst", "het bestand is leeg of geen lijst van onderdelen"),
        (b"framework:\n  id: [een", "regel 2: dit is geen geldige YAML"),
        (b"\xff\xd8\xff\xe0 een foto", "dit is geen tekstbestand in UTF-8"),
        (b"PK\x03\x04\x00\x00 een werkblad", "dit is geen geldige YAML"),
        (b"framework: !!python/object/apply:os.getcwd []", "dit is geen geldige YAML"),
        (b"[" * 5000, "de onderdelen staan te diep in elkaar"),
    ],
)
def test_a_file_that_is_no_framework_is_named_with_what_to_do(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "kader.yaml"
    path.write_bytes(content)
    with pytest.raises(FrameworkError, match=r"^kader\.yaml: ") as caught:
        load_framework(path)
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(FrameworkError, match=r"weg\.yaml: dit bestand bestaat niet"):
        load_framework(tmp_path / "weg.yaml")
    with pytest.raises(FrameworkError, match="niet te lezen"):
        load_framework(tmp_path)


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kader.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL_FRAMEWORK.read_bytes())
    assert load_framework(path) == read_framework(SMALL_FRAMEWORK)


def test_a_framework_comes_back_from_its_stored_form() -> None:
    framework = read_framework()
    assert parse_framework(framework.model_dump(mode="json")) == framework


def ask(perspective: str, turn: int) -> str:
    elements = read_framework(SMALL_FRAMEWORK).elements_for(perspective, turn=turn)
    return " ".join(element.id for element in elements)


def test_a_form_has_the_core_and_two_of_the_rotating_questions() -> None:
    assert [ask(name, 0) for name in ("child", "parent", "worker")] == ["T1 M1", "T1 D1 S1 M1", "T1 D1 S1"]


def test_turns_share_the_rotating_questions_evenly() -> None:
    framework = read_framework()
    rotating = [e.id for e in framework.signifiers if e.offer_to("parent") == "rotate"]
    shown = [
        {element.id for element in framework.elements_for("parent", turn=turn)} & set(rotating)
        for turn in range(len(rotating))
    ]
    assert len(rotating) > 2 and all(len(turn) == 2 for turn in shown)
    assert all(sum(name in turn for turn in shown) == 2 for name in rotating)


def test_a_question_is_put_in_the_words_of_its_perspective() -> None:
    framework = read_framework(SMALL_FRAMEWORK)
    assert framework.asked_as("T1", "worker") == "Wat deed jij?"
    assert framework.asked_as("D1", "child") is None
    assert (framework.asked_as("since", "parent"), framework.asked_as("since", "worker")) == ("Hoe lang al?", None)
    assert [fact.id for fact in framework.background_for("parent")] == ["since"]
    assert [element.id for element in framework.optional_for("worker")] == ["M1"]


def test_past_niet_has_words_also_when_the_file_gives_none() -> None:
    assert read_framework(SMALL_FRAMEWORK).not_applicable_for("parent") == "Past niet"
    assert read_framework().not_applicable_for("parent") == "Past niet bij mijn verhaal"


@pytest.mark.parametrize(
    ("label", "key"),
    [("korter dan 3 maanden", "korter_dan_3_maanden"), ("één, twee!", "een_twee"), ("  Oost ", "oost")],
)
def test_a_label_becomes_a_key(label: str, key: str) -> None:
    assert make_key(label) == key


def test_answers_of_two_perspectives_are_never_made_one() -> None:
    framework = read_framework()
    assert not [name for name in dir(framework) if "merge" in name or "mean" in name]
    assert framework.perspective_label("parent") == "Ouder of verzorger"
