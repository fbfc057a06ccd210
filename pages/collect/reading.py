"""Lezen vóór vrijgave: one masked story at a time, for a trained reader, before anybody else sees it."""

import streamlit as st

from pages.collect.reading_actions import (
    FORM,
    KIND,
    LAST_DECIDED,
    READ_ANYWAY,
    hide,
    read_anyway,
    take_alarm,
    take_decision,
    take_next,
    undo,
)
from pages.collect.reading_text import (
    list_doubts,
    list_sentences,
    make_story_html,
    pieces_of,
    words_of_sentence,
)
from pages.collect.reading_words import DECIDED_WORDS, KIND_WORDS, REASON_WORDS, describe_signs
from pages.discuss.actions import show_form_faults, show_outcome
from pages.shared.dutch import count_of, escape_markdown
from pages.shared.guard import PageContext, require
from stories.reading import REASONS, Decision, StoryToRead, find_open
from stories.reading_overview import DAYS_COUNTED, ReadingOverview, count_for_reader, overview_reading

SENTENCE = "kies_zin"


def show_page(context: PageContext) -> None:
    """The page from top to bottom: the story that is open or the way to the next one, and how far we are."""
    st.title("Lezen vóór vrijgave", anchor=False)
    show_outcome()
    show_form_faults(FORM)
    with context.installation.database.reading() as session:
        story = find_open(session, context.collection.id, by=context.viewer)
        overview = overview_reading(session, context.collection.id)
        n_mine = count_for_reader(session, context.collection.id, reader=context.viewer.name)
    if story is None:
        _show_start(context, overview, n_mine)
    elif story.is_heavy and st.session_state.get(READ_ANYWAY) != story.story_id:
        _show_warning(context, story)
    else:
        _show_story(context, story)
    _show_overview(overview)


def _show_start(context: PageContext, overview: ReadingOverview, n_mine: int) -> None:
    st.markdown(
        "Je leest één verhaal tegelijk, met namen al verborgen. Verberg wat nog herkenbaar is en geef het vrij. "
        f"Een verhaal is {context.installation.settings.reading_claim_minutes} minuten van jou; "
        "daarna kan een ander het nemen."
    )
    if n_mine:
        st.markdown(f"{count_of(n_mine, 'verhaal wacht', 'verhalen wachten')} op jou.")
    elif overview.waiting:
        st.markdown("Wat er nog wacht, is bij een andere lezer of wacht op een ander dan jij.")
    else:
        st.markdown("Er wacht nu geen verhaal.")
    if overview.alarms:
        _show_contact(context)
    with st.container(horizontal=True):
        st.button(
            "Lees het volgende verhaal",
            key="volgende",
            type="primary",
            disabled=not n_mine,
            shortcut="Alt+Shift+L",
            on_click=take_next,
            args=(context,),
        )
        if overview.alarms:
            st.button("Open de oudste melding", key="open_melding", on_click=take_alarm, args=(context,))
        last = st.session_state.get(LAST_DECIDED)
        if last and last[0] == context.collection.id:
            st.button("Neem het laatste besluit terug", key="terug", on_click=undo, args=(context, last[1]))


def _show_warning(context: PageContext, story: StoryToRead) -> None:
    """Before the text, so that nobody reads by accident what they cannot bear today."""
    st.warning("Dit kan een zwaar verhaal zijn. Je hoeft het niet te lezen.", icon=":material/spa:")
    st.markdown("Waarom: " + escape_markdown("; ".join(line.split(" (")[0] for line in describe_signs(story))) + ".")
    st.markdown("Lees het samen met een collega als dat kan. Doorgeven mag altijd, ook zonder uitleg.")
    with st.container(horizontal=True):
        st.button("Ik lees het", key="lees_toch_knop", type="primary", on_click=read_anyway, args=(story.story_id,))
        if not story.is_alarm:
            st.button(
                "Geef door aan een andere lezer",
                key="geef_door_ongelezen",
                on_click=take_decision,
                args=(context, story.story_id, Decision.PASS_ON),
                kwargs={"reason": "heavy"},
            )


def _show_story(context: PageContext, story: StoryToRead) -> None:
    wide, side = st.columns([3, 2], gap="large")
    with wide:
        st.html(make_story_html(story, perspective=context.framework.perspective_label(story.perspective)))
        _show_hiding(context, story)
    with side:
        _show_why(story)
        if story.is_alarm:
            _show_alarm(context, story)
        else:
            _show_decisions(context, story)


def _show_why(story: StoryToRead) -> None:
    st.subheader("Waarom dit verhaal nu", anchor=False)
    lines = describe_signs(story) or ["Het wacht het langst; de computer vond geen tekenen."]
    lines.append("Vandaag binnengekomen." if not story.days_waiting else f"Wacht {_say_days(story.days_waiting)}.")
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
    if story.signs:
        st.markdown("De computer let op woorden. Dat is geen oordeel: jij leest.")


def _show_hiding(context: PageContext, story: StoryToRead) -> None:
    st.subheader("Verberg meer", anchor=False)
    doubts, sentences = list_doubts(story), list_sentences(story)
    # What was chosen belongs to this text: after a piece is hidden the words have other places, and a
    # list that is kept would go on showing the sentence as it was.
    this_text = f"{story.story_id[:8]}_{story.edition}"
    pieces: list[str] = []
    if doubts:
        chosen = st.pills(
            "Mogelijk herkenbaar",
            list(range(len(doubts))),
            format_func=lambda place: escape_markdown(doubts[place][0]),
            selection_mode="multi",
            key=f"kies_twijfel_{this_text}",
        )
        pieces += [doubts[place][0] for place in chosen if place < len(doubts)]
    if sentences:
        numbers = list(sentences)
        earlier = st.session_state.get(SENTENCE)
        number = st.selectbox(
            "Kies een zin",
            numbers,
            index=numbers.index(earlier) if earlier in sentences else 0,
            format_func=lambda one: sentences[one],
            key=f"{SENTENCE}_{this_text}",
        )
        st.session_state[SENTENCE] = number
        _, words = words_of_sentence(story, number)
        chosen = st.pills(
            "Kies woorden. Woorden naast elkaar worden één stuk.",
            list(range(len(words))),
            format_func=lambda place: escape_markdown(words[place].text),
            selection_mode="multi",
            key=f"kies_woorden_{this_text}_{number}",
        )
        pieces += pieces_of(story, number, list(chosen))
    st.selectbox("Wat is het?", list(KIND_WORDS), format_func=lambda one: KIND_WORDS[one], key=KIND)
    st.button(
        "Verberg dit",
        key="verberg",
        disabled=not pieces,
        shortcut="Alt+Shift+H",
        on_click=hide,
        args=(context, story.story_id, pieces),
    )
    st.markdown("Wat verborgen is, kun je hier niet terughalen. Het origineel blijft ongewijzigd in de kluis.")


def _show_decisions(context: PageContext, story: StoryToRead) -> None:
    st.subheader("Wat doe je ermee", anchor=False)
    # Where somebody may be in danger, releasing is not what the page leads to.
    with st.expander("Melding: zorg om veiligheid", key="paneel_melding", expanded=story.is_heavy):
        _show_contact(context)
        _show_reasons(context, story, Decision.RAISE_ALARM, "Doe een melding")
    with st.expander("Geef niet vrij", key="paneel_niet"):
        _show_reasons(context, story, Decision.HOLD_BACK, "Geef niet vrij")
    with st.expander("Geef door aan een tweede lezer", key="paneel_door"):
        _show_reasons(context, story, Decision.PASS_ON, "Geef door")
    st.button(
        "Geef vrij",
        key="geef_vrij",
        type="secondary" if story.is_heavy else "primary",
        shortcut="Alt+Shift+V",
        on_click=take_decision,
        args=(context, story.story_id, Decision.RELEASE),
    )


def _show_alarm(context: PageContext, story: StoryToRead) -> None:
    st.subheader("Bij dit verhaal staat een melding open", anchor=False)
    _show_contact(context)
    _show_reasons(context, story, Decision.CLOSE_ALARM, "Sluit de melding")


def _show_contact(context: PageContext) -> None:
    st.markdown(f"**Bel:** {escape_markdown(context.installation.settings.safeguarding_contact)}")
    st.markdown(
        "Zolang de melding open staat, ziet niemand het verhaal. Wie de verteller is, staat nergens. "
        "Is het origineel nodig om iemand te helpen, vraag dat dan aan de privacyfunctionaris."
    )


def _show_reasons(context: PageContext, story: StoryToRead, decision: Decision, label: str) -> None:
    key = f"reden_{decision.value}"
    st.radio("Waarom?", REASONS[decision], index=None, format_func=lambda one: REASON_WORDS[one], key=key)
    st.button(
        label,
        key=f"besluit_{decision.value}",
        on_click=take_decision,
        args=(context, story.story_id, decision),
        kwargs={"reason_key": key},
    )


def _show_overview(overview: ReadingOverview) -> None:
    st.subheader("Hoe ver zijn we", anchor=False)
    lines = [
        f"{count_of(overview.waiting, 'verhaal wacht', 'verhalen wachten')}, waarvan {overview.with_signs} met een "
        f"teken en {overview.second_reader} op een tweede lezer; {overview.open_now} nu open.",
        "Er wacht niets."
        if overview.oldest_days is None
        else f"Het oudste wacht {_say_days(overview.oldest_days) if overview.oldest_days else 'sinds vandaag'}.",
        f"{count_of(overview.alarms, 'melding staat', 'meldingen staan')} open"
        + (f", de oudste {_say_days(overview.oldest_alarm_days)}." if overview.oldest_alarm_days else "."),
        f"De laatste {DAYS_COUNTED} dagen: "
        + "; ".join(f"{overview.decided.get(decision.value, 0)} {words}" for decision, words in DECIDED_WORDS.items())
        + ".",
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.markdown("Hier staat niet wie wat las. Besluiten staan in het logboek, zonder tekst.")


def _say_days(days: int) -> str:
    return count_of(days, "dag", "dagen")


show_page(require("collect", action="read_queue"))
