"""How things on the table look: evidence, observations, readings and advice as HTML, everything escaped."""

import re
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from dialogue.advice import RESULT_TYPES, Advice
from dialogue.cards import Card, FigureCard, StoryCard, ViewCard
from dialogue.dutch_dates import say_date, say_month
from dialogue.evidence import Evidence
from dialogue.interpretations import Interpretation

UNTITLED = "Zonder titel"
# Not "minder dan 10": a larger count may be hidden too, to protect a small one.
HIDDEN = "verborgen"
_MASK = re.compile(r"\[([A-Z]+)-(\d+)\]")
_STYLE = """<style>
.vt-question { border-left: 6px solid #154273; background: #F2F6FB; color: #1B1B1B; padding: .8rem 1.1rem;
  margin: 0 0 1rem; max-width: 60rem; }
.vt-question p { margin: .2rem 0; overflow-wrap: anywhere; }
.vt-question .vt-asked { font-size: 1.35rem; line-height: 1.35; font-weight: 600; }
.vt-lines { white-space: pre-line; overflow-wrap: anywhere; }
.vt-answers { margin: .5rem 0; }
.vt-answers dt { color: #4A5260; font-size: .9rem; }
.vt-answers dd { margin: 0 0 .35rem; }
.vt-gone { border: 1px dashed #6B7380; border-radius: 4px; color: #3A414C; padding: .7rem 1rem; margin: 0 0 .8rem;
  max-width: 44rem; }
.stApp h3.vt-observation { font-size: 1.1rem; margin: 1rem 0 .4rem; padding: 0; max-width: 60rem; }
.vt-readings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .8rem;
  margin: 0 0 .8rem; }
.vt-side { border-top: 4px solid #154273; padding-top: .4rem; color: #1B1B1B; }
.vt-side h4 { font-size: 1rem; margin: 0 0 .4rem; padding: 0; color: #154273; }
.vt-reading { border: 1px solid #C9D3E0; border-radius: 4px; background: #fff; padding: .6rem .8rem;
  margin: 0 0 .5rem; }
.vt-reading p { margin: .2rem 0; }
.vt-view td, .vt-view th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
.vt-scroll { overflow-x: auto; }
.vt-advice { border: 1px solid #C9D3E0; border-left: 4px solid #154273; border-radius: 4px; background: #fff;
  color: #1B1B1B; padding: .8rem 1.1rem; margin: 0 0 .8rem; max-width: 60rem; }
.vt-advice h4 { font-size: 1.05rem; margin: 0; padding: 0; color: #154273; }
.vt-advice p { margin: .3rem 0; }
</style>"""


def apply_table_style() -> None:
    """Put the style of the table in the page."""
    st.html(_STYLE)


def show_question(question: str, lines: Sequence[str]) -> None:
    """The question on top, large, with lines about it."""
    about = "".join(f'<p class="vt-about">{escape(line)}</p>' for line in lines)
    st.html(f'<section class="vt-question"><p class="vt-asked vt-lines">{escape(question)}</p>{about}</section>')


def show_observation(number: int, text: str) -> None:
    """One observation with its number, as a heading over its readings."""
    st.html(f'<h3 class="vt-observation vt-lines">{number}. {escape(text)}</h3>')


def make_evidence_html(evidence: Evidence) -> str:
    """One thing on the table; of a withdrawn story only the mark."""
    if evidence.card is None:
        return f'<p class="vt-gone">Hier lag een verhaal: {escape(evidence.mark)}.</p>'
    return _make_card_html(evidence.card)


def title_of(card: Card) -> str:
    """How a card is called in one line."""
    if isinstance(card, StoryCard):
        return f"{card.title.strip() or UNTITLED} · {card.perspective_label}"
    if isinstance(card, FigureCard):
        return f"{card.indicator_label} · {card.area} · {card.period}: {card.shown}"
    return card.title


def make_readings_html(readings: Sequence[Interpretation], sides: dict[str, str]) -> str:
    """The rival readings of one observation, a column a side, in the order of `sides`.

    Sides that did not read it are named underneath: a missing voice does not vanish.
    """
    columns, silent = [], []
    for side, label in sides.items():
        mine = [_make_reading_html(reading) for reading in readings if reading.perspective == side]
        if mine:
            columns.append(f'<div class="vt-side"><h4>{escape(label)}</h4>{"".join(mine)}</div>')
        else:
            silent.append(escape(label))
    missing = f'<p class="vt-about">Nog geen duiding van: {", ".join(silent)}.</p>' if silent else ""
    return f'<div class="vt-readings">{"".join(columns)}</div>{missing}'


def make_advice_html(advice: Advice, goal_label: str) -> str:
    """One advice; what was left empty is shown as empty."""
    state = f"ingediend op {say_date(advice.submitted_on)}" if advice.submitted_on else "concept"
    return (
        f'<article class="vt-advice"><h4>{escape(RESULT_TYPES[advice.result_type])}</h4>'
        f'<p class="vt-about">Aan {escape(advice.addressee)} · {state}</p>'
        f'<p class="vt-about">Doel: {escape(goal_label)}</p><p class="vt-lines">{escape(advice.text)}</p>'
        f'<p class="vt-lines"><strong>Stoppen met:</strong> {escape(advice.stop_doing) or "niets genoemd"}</p>'
        f'<p class="vt-lines"><strong>Hierover verschillen we:</strong> {escape(advice.dissent) or "niets genoemd"}</p>'
        "</article>"
    )


def _make_card_html(card: Card) -> str:
    if isinstance(card, StoryCard):
        return _make_story_html(card)
    return _make_figure_html(card) if isinstance(card, FigureCard) else _make_view_html(card)


def _make_story_html(card: StoryCard) -> str:
    tongue = f'lang="{escape(card.language, quote=True)}" dir="auto"'
    answers = "".join(f"<dt>{escape(one.question)}</dt><dd>{escape(one.words)}</dd>" for one in card.answers)
    marks = ([f"thema: {card.proposed_theme}"] if card.proposed_theme else []) + list(card.proposed_tags[:3])
    proposed = "".join(f"<li>{escape(mark)} <i>voorgesteld</i></li>" for mark in marks)
    runs = ", ".join(f"{_RUNS[name]} run {run}" for name, run in card.runs.items() if name in _RUNS)
    return (
        f'<article class="vt-card"><h4 {tongue}>{escape(card.title.strip() or UNTITLED)}</h4>'
        f'<p class="vt-about">{escape(card.perspective_label)} · {say_month(card.month)}</p>'
        f'<p class="vt-text vt-lines" {tongue}>{_mask_pills(card.text)}</p>'
        f"<details><summary>Wat de verteller zelf antwoordde</summary>"
        f'<dl class="vt-answers">{answers or "<dd>geen antwoorden</dd>"}</dl></details>'
        + (f'<ul class="vt-marks">{proposed}</ul>' if proposed else "")
        + _make_origin([f"Duidingskader {card.framework}, versie {card.framework_version}", runs])
        + "</article>"
    )


def _mask_pills(text: str) -> str:
    """What was hidden as a grey pill, as on the cards of the explorer: "persoon 1"."""
    return _MASK.sub(lambda mark: f'<span class="vt-mask">{mark[1].lower()} {mark[2]}</span>', escape(text))


_RUNS = {"mask": "afgeschermd in", "theme": "thema uit", "tags": "labels uit"}


def _make_figure_html(card: FigureCard) -> str:
    notes = [
        ("Betekent", card.definition),
        ("Telt mee", card.counts),
        ("Telt niet mee", card.counts_not),
        ("Bron", card.source),
    ]
    lines = "".join(f'<p class="vt-note"><strong>{name}:</strong> {escape(text)}</p>' for name, text in notes if text)
    place = f"{card.file_name}, rij {card.row}, ingelezen op {card.imported_on}"
    return (
        f'<article class="vt-figure"><h4>{escape(card.indicator_label)}</h4>'
        f"<p>{escape(card.area) or 'gebied niet genoemd'} · {escape(card.period)}: "
        f"<strong>{escape(card.shown)}</strong></p>{lines}{_make_origin([place])}</article>"
    )


def _make_view_html(card: ViewCard) -> str:
    heads = "".join(f"<th scope='col'>{escape(label)}</th>" for label in card.perspectives.values())
    rows = "".join(
        f"<tr><th scope='row'>{escape(row.label)}</th>"
        + "".join(f"<td>{HIDDEN if row.counts[name] is None else row.counts[name]}</td>" for name in card.perspectives)
        + "</tr>"
        for row in card.rows
    )
    first, last = (say_month(month) for month in card.period)
    told = f"Verteld in {first}" + (f" tot en met {last}" if last != first else "")
    absent = f" Geen verhalen van: {', '.join(card.missing)}." if card.missing else ""
    origin = [
        "Geteld zijn alleen verhalen die de tafel mag lezen",
        card.note.capitalize(),
        f"Duidingskader {card.framework}, versie {card.framework_version}",
    ]
    return (
        f'<article class="vt-card"><h4>{escape(card.title)}</h4><p class="vt-about">{escape(card.question)}</p>'
        f'<div class="vt-scroll" tabindex="0" role="group" aria-label="Tabel: {escape(card.title, quote=True)}">'
        f'<table class="vt-view"><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="vt-about">{escape(told)}.{escape(absent)}</p>{_make_origin(origin)}</article>'
    )


def _make_reading_html(reading: Interpretation) -> str:
    doubt = reading.would_change_our_mind or "nog niet opgeschreven"
    return (
        f'<div class="vt-reading"><p class="vt-lines">{escape(reading.text)}</p>'
        f'<p class="vt-about vt-lines">Wat zou ons van gedachten doen veranderen? {escape(doubt)}</p></div>'
    )


def _make_origin(lines: Iterable[str]) -> str:
    said = ". ".join(escape(line) for line in lines if line)
    return f'<details><summary>Hoe is dit gemaakt?</summary><p class="vt-about">{said}.</p></details>'
