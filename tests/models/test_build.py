"""The lists that are built once, and what happens without them."""

from pathlib import Path

import pytest

from models import build
from models.build import are_resources_built, build_language_resources
from models.manifest import LOOKUPS, ResourcesMissing, require_lookups, write_versions
from models.names import trigrams, weigh_trigrams


def _fake_fill(path: Path, console: object) -> None:
    path.write_text("lists", encoding="utf8")


def test_an_empty_folder_has_no_lists_and_says_what_to_do(tmp_path: Path) -> None:
    assert not are_resources_built(tmp_path)
    with pytest.raises(ResourcesMissing, match="make setup"):
        require_lookups(tmp_path)


def test_building_twice_builds_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds: list[Path] = []
    monkeypatch.setattr(build, "_fill", lambda path, console: builds.append(path) or _fake_fill(path, console))
    build_language_resources(tmp_path)
    build_language_resources(tmp_path)
    assert (len(builds), are_resources_built(tmp_path)) == (1, True)


def test_a_broken_build_leaves_nothing_that_looks_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(path: Path, console: object) -> None:
        path.write_text("half", encoding="utf8")
        raise OSError("disk full")

    monkeypatch.setattr(build, "_fill", break_off)
    with pytest.raises(OSError, match="disk full"):
        build_language_resources(tmp_path)
    assert not are_resources_built(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_lists_of_another_package_version_count_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / LOOKUPS).write_text("lists", encoding="utf8")
    monkeypatch.setattr("models.manifest.version", lambda name: "0.0")
    write_versions(tmp_path)
    monkeypatch.undo()
    assert not are_resources_built(tmp_path)


def test_trigrams_weigh_towards_names_when_names_have_them() -> None:
    weights = weigh_trigrams({"anna": 1, "annie": 1, "stoel": 16, "stoep": 16})
    assert trigrams("jo") == ["^jo", "jo$"]
    assert weights["^an"] > 0 > weights["^st"]
