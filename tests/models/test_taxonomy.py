"""A taxonomy is read from a file, and a fault in the file is told with its place."""

from pathlib import Path

import pytest

from models.taxonomy import TaxonomyError, load_taxonomy

ENGLISH = """
title: Youth help
language: en
facets:
  - {code: W, label: Waiting}
  - {code: P, label: Policy, by_default: false}
tags:
  - {code: W1, label: Waiting list, facet: W, definition: Waiting for help to start, cues: [waiting list]}
  - {code: W2, label: Quick, facet: W, human_only: true, cues: [{text: quick, match: woord, not_in: [quick fix]}]}
  - {code: P1, label: Money, facet: P, lay_cues: [cash]}
"""


def write(folder: Path, content: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_the_shipped_taxonomy_is_whole():
    taxonomy = load_taxonomy()
    assert len(taxonomy.tags) == 120
    assert sum(tag.human_only for tag in taxonomy.tags) == 13
    assert sum(tag.is_proposed for tag in taxonomy.tags) == 85
    assert all(tag.definition and len(tag.examples) >= 3 for tag in taxonomy.tags)
    assert taxonomy.tag("C18").cues[3].not_in == ("cliëntparticipatie", "arbeidsparticipatie")


def test_the_shipped_taxonomy_shows_no_gold_stories():
    content = (Path(__file__).parents[2] / "models" / "taxonomies" / "jeugdhulp_nl.yaml").read_text("utf-8")
    assert "gold" not in content


def test_an_english_taxonomy_of_two_levels_needs_no_code(tmp_path):
    taxonomy = load_taxonomy(write(tmp_path, ENGLISH))
    assert (taxonomy.key, taxonomy.language) == ("own", "en")
    assert [tag.is_proposed for tag in taxonomy.tags] == [True, False, False]
    assert taxonomy.tag("W2").cues[0].not_in == ("quick fix",)
    assert taxonomy.tag("P1").facet_label == "Policy"
    assert taxonomy.tag("P1").cues[0].match == "begin"


def test_a_csv_with_two_levels_is_a_taxonomy(tmp_path):
    rows = "level1,level2,cue,match\nA Vraag,A01 Slapen,bed,woord; niet in bed and breakfast\nA Vraag,A02 Eten,,\n"
    taxonomy = load_taxonomy(write(tmp_path, rows, "own.csv"))
    assert [(tag.code, tag.label, tag.facet_label) for tag in taxonomy.tags] == [
        ("A01", "Slapen", "Vraag"),
        ("A02", "Eten", "Vraag"),
    ]
    assert taxonomy.tag("A01").cues[0].not_in == ("bed and breakfast",)


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("label: Quick,", "", "tags, W2, label", "ontbreekt"),
        ("code: W2", "code: W1", "W1", "twee keer"),
        ("facet: P,", "facet: Q,", "tags, P1, facet", 'facet "Q"'),
        ("match: woord", "match: soms", "tags, W2, cues, 1, match", "Kies deelstring"),
        ("label: Quick", "lable: Quick", "tags, W2, label", "ontbreekt"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, before, after, place, said):
    with pytest.raises(TaxonomyError) as fault:
        load_taxonomy(write(tmp_path, ENGLISH.replace(before, after)))
    assert fault.value.field == place
    assert said in str(fault.value) and "own.yaml" in str(fault.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("own.yaml", "tags: [", "regel 1"),
        ("own.yaml", "- a\n- b\n", '"tags" ontbreekt'),
        ("own.csv", "code,label\n1,2\n", 'kolom "level1" ontbreekt'),
        ("own.csv", "level1,level2\nA Een,\n", "rij 2"),
        ("own.csv", "level1,level2,cue,match\nA Een,B Twee,x,soms\n", 'rij 2: "soms"'),
    ],
)
def test_a_file_that_is_no_taxonomy_is_refused(tmp_path, name, content, said):
    with pytest.raises(TaxonomyError, match=r"own\.") as fault:
        load_taxonomy(write(tmp_path, content, name))
    assert said in str(fault.value)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(TaxonomyError, match="jeugdhulp_nl"):
        load_taxonomy("bestaat_niet")
