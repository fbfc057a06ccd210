"""The masked story as the reader sees it: hidden pieces as pills, doubtful pieces underlined and named."""

import re
from html import escape

from pages.collect.reading_words import DOUBT_WORDS
from stories.marks import Word, join_words, split_sentences, split_words
from stories.reading import StoryToRead

_MASK = re.compile(r"\[([A-Z]+)-(\d+)\]")
SENTENCE_SHOWN = 70  # characters of a sentence in the list to choose from
TITLE = -1  # where the title stands among the sentences


def make_story_html(story: StoryToRead, *, perspective: str) -> str:
    """One story as HTML; everything from outside is escaped."""
    language = escape(story.language, quote=True)
    title = _with_pills(escape(story.title.strip() or "Zonder titel"))
    return (
        f'<article class="vt-card"><h3 lang="{language}" dir="auto">{title}</h3>'
        f'<p class="vt-about">{escape(perspective)}</p>'
        f'<div class="vt-text" lang="{language}" dir="auto">{_make_paragraphs(story)}</div></article>'
    )


def list_doubts(story: StoryToRead) -> list[tuple[str, str]]:
    """The doubtful pieces to choose from: the piece itself, and what it may be in words."""
    found = [(story.text[start:end], DOUBT_WORDS.get(kind, kind)) for start, end, kind in story.doubts]
    return list(dict.fromkeys(found))


def list_sentences(story: StoryToRead) -> dict[int, str]:
    """The sentences with words in them by number, the title first, each as it begins."""
    sentences = {TITLE: f"titel: {story.title}"} if split_words(story.title) else {}
    for number, (start, end) in enumerate(split_sentences(story.text)):
        said = " ".join(story.text[start:end].split())
        short = said if len(said) <= SENTENCE_SHOWN else said[: SENTENCE_SHOWN - 2].rsplit(" ", 1)[0] + " …"
        if split_words(story.text[start:end]):
            sentences[number] = f"{number + 1}. {short}"
    return sentences


def words_of_sentence(story: StoryToRead, number: int) -> tuple[str, list[Word]]:
    """The text of one sentence, and the words in it that are not hidden."""
    if number == TITLE:
        return story.title, split_words(story.title)
    start, end = split_sentences(story.text)[number]
    sentence = story.text[start:end]
    return sentence, split_words(sentence)


def pieces_of(story: StoryToRead, number: int, chosen: list[int]) -> list[str]:
    """The pieces that chosen words of a sentence make. chosen: places in `words_of_sentence`."""
    sentence, words = words_of_sentence(story, number)
    return join_words(sentence, [words[place] for place in chosen if place < len(words)])


def _make_paragraphs(story: StoryToRead) -> str:
    pieces, at = [], 0
    for start, end, kind in sorted(story.doubts):
        if start >= at:
            pieces.append(escape(story.text[at:start]))
            what = escape(DOUBT_WORDS.get(kind, kind))
            pieces.append(
                f'<mark class="vt-doubt">{escape(story.text[start:end])}<i>mogelijk herkenbaar: {what}</i></mark>'
            )
            at = end
    text = "".join([*pieces, escape(story.text[at:])])
    return "".join(f'<p dir="auto">{_with_pills(line)}</p>' for line in text.splitlines() if line.strip())


def _with_pills(escaped: str) -> str:
    return _MASK.sub(lambda mark: f'<span class="vt-mask">{mark[1].lower()} {mark[2]}</span>', escaped)
