"""The home page: what waits for this person, then the collections. Nothing else."""

import textwrap
from dataclasses import dataclass

import streamlit as st

from dialogue.assignments import Assignment, list_assignments
from dialogue.states import moves_for
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import COLLECTION_PARAM
from safeguards.access import ROLE_LABELS, Viewer
from safeguards.installation import Installation
from storage.runs import FAILED, newest_run
from stories.accept import PROCESS_RUN
from stories.collections import Collection, list_collections
from stories.queries import count_incoming
from stories.reading_overview import count_for_reader

QUESTION_LENGTH = 80
TABLE_PAGE = "discuss/roundtable.py"
NOTHING_WAITS = "Er wacht nu niets op je."


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody: a sentence, and the page where it is done."""

    sentence: str
    script: str
    collection_key: str


def show_home(viewer: Viewer, installation: Installation, *, pages: dict[str, st.Page]) -> None:
    """Show the home page. pages: the pages that open for this person, by script."""
    st.title(f"Dag {escape_markdown(viewer.display_name)}", anchor=False)
    with installation.database.reading() as session:
        collections = [one for one in list_collections(session) if _has_role_in(viewer, one)]
    st.subheader("Wat wacht op jou", anchor=False)
    waiting = [item for one in collections for item in find_waiting(installation, viewer, one)]
    if not waiting:
        st.markdown(NOTHING_WAITS)
    for item in waiting:
        _show_waiting(item, pages)
    st.subheader("Verzamelingen", anchor=False)
    if not collections:
        st.markdown("Je hebt nog geen rol in een verzameling. Vraag de beheerder om toegang als je dit nodig hebt.")
    for one in collections:
        _show_collection(viewer, one, pages)


def find_waiting(installation: Installation, viewer: Viewer, collection: Collection) -> list[Waiting]:
    """What waits for this person in one collection, by what their roles open."""
    found = []
    with installation.database.reading() as session:
        if viewer.has_action("follow_incoming", collection.id):
            rows = count_incoming(session, collection.id)
            n = sum(one.received - one.processed - one.without_text for one in rows)
            if n:
                sentence = f"{count_of(n, 'verhaal wacht', 'verhalen wachten')} op verwerking"
                found.append(Waiting(sentence, "collect/incoming.py", collection.key))
        if viewer.has_action("read_queue", collection.id):
            n = count_for_reader(session, collection.id, reader=viewer.name)
            if n:
                sentence = f"{count_of(n, 'verhaal wacht', 'verhalen wachten')} op een lezer"
                found.append(Waiting(sentence, "collect/reading.py", collection.key))
        if viewer.has_action("start_runs", collection.id):
            run = newest_run(session, collection_id=collection.id, kind=PROCESS_RUN)
            if run is not None and run.state == FAILED:
                found.append(Waiting("De laatste verwerking is niet gelukt", "manage/runs.py", collection.key))
        if viewer.has_action("see_roundtable", collection.id):
            found += [
                Waiting(_say_turn(one), "discuss/assignments.py", collection.key)
                for one in list_assignments(session, collection.id, viewer=viewer)
                if _is_their_turn(viewer, one)
            ]
    return found


def _is_their_turn(viewer: Viewer, assignment: Assignment) -> bool:
    # Anybody at the table may contest; that is a right, and nothing that waits for them.
    moves = moves_for(viewer, assignment.state, assignment.collection_id)
    return any(move.by.name != "any_member" for move in moves)


def _say_turn(assignment: Assignment) -> str:
    question = textwrap.shorten(assignment.question, QUESTION_LENGTH, placeholder=" …")
    return f"Opdracht “{escape_markdown(question)}” wacht op een stap: {assignment.state_label.lower()}"


def _has_role_in(viewer: Viewer, collection: Collection) -> bool:
    return any(where in (None, collection.id) for where, _ in viewer.grants) or viewer.has_seat_in(collection.id)


def _show_waiting(item: Waiting, pages: dict[str, st.Page]) -> None:
    page = pages.get(item.script)
    if page is None:
        st.markdown(f"- {item.sentence}.")
        return
    st.page_link(page, label=item.sentence, query_params={COLLECTION_PARAM: item.collection_key})


def _show_collection(viewer: Viewer, collection: Collection, pages: dict[str, st.Page]) -> None:
    roles = sorted(ROLE_LABELS[role] for where, role in viewer.grants if where in (None, collection.id))
    roles = roles or ["tafellid, aan één tafel"]
    with st.container(border=True, key=f"verzameling_{collection.key}"):
        st.markdown(f"**{escape_markdown(collection.title)}**")
        state = "open voor verhalen" if collection.is_open else "gesloten"
        kind = "; verzonnen verhalen" if collection.is_fictional else ""
        st.markdown(f"Je rol: {', '.join(dict.fromkeys(roles))}. De verzameling is {state}{kind}.")
        with st.container(horizontal=True):
            for script, action in _FIRST_PAGES:
                if script in pages and viewer.has_action(action, collection.id):
                    st.page_link(pages[script], query_params={COLLECTION_PARAM: collection.key})
            if TABLE_PAGE in pages and viewer.has_seat_in(collection.id):
                st.page_link(pages[TABLE_PAGE], query_params={COLLECTION_PARAM: collection.key})


_FIRST_PAGES = (
    ("collect/incoming.py", "follow_incoming"),
    ("collect/reading.py", "read_queue"),
    ("explore/explorer.py", "explore_stories"),
    ("explore/side_by_side.py", "see_figures"),
    ("discuss/assignments.py", "see_roundtable"),
    ("report/export.py", "export_stories"),
)
