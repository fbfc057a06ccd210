"""My story: with the code from the thank-you page, see what was told, withdraw it, or use another right."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from intake import own_rights
from intake.answer_words import describe_answer
from intake.desk import Desk
from intake.dutch_days import show_day
from intake.render import render_message, render_page
from intake.requests import read_form, say_problems
from intake.wording import Say, fill_variables, make_say
from safeguards.withdrawal import find_story_by_code, withdraw_by_code
from storage.tables.collections import CollectionRow
from storage.tables.processing import MaskedStoryRow
from storage.tables.stories import AnswerRow, StoryRow
from stories.collections import find_collection

# One sentence, whatever is wrong with a code: a mistyped one and a withdrawn one look the same.
UNKNOWN_CODE = "Bij deze code hoort geen verhaal. Kijk of de code klopt. Een gewist verhaal heeft geen code meer."
CODE_MAX_CHARACTERS = 60


@dataclass(frozen=True)
class OwnStory:
    """What a teller sees of their own story. masked: None until it was worked on."""

    collection_title: str
    is_fictional: bool
    told_on: str
    reader: str
    wants_reply: bool
    has_text: bool
    masked: tuple[str, str] | None
    answers: tuple[tuple[str, str], ...]
    say: Say


@say_problems
async def ask_code(desk: Desk, request: Request) -> Response:
    """The page that asks for a code."""
    return _ask(desk, request)


@say_problems
async def open_story(desk: Desk, request: Request) -> Response:
    """Show the story of a code, ask whether to withdraw it, withdraw it, or follow another right."""
    data = await read_form(request)
    desk.form_tokens.check(request, data)
    code = str(data.get("code", ""))[:CODE_MAX_CHARACTERS]
    if data.get("go") == "withdraw":
        return await _withdraw(desk, request, code)
    if data.get("go") in own_rights.STEPS:
        return await own_rights.follow_step(desk, request, data, code) or _ask(desk, request, error=UNKNOWN_CODE)
    story = await run_in_threadpool(_find_own_story, desk, code)
    if story is None:
        return _ask(desk, request, error=UNKNOWN_CODE)
    template = "withdraw.html" if data.get("go") == "ask" else "my_story.html"
    title = (
        story.say("Uw verhaal wissen?", "Je verhaal wissen?")
        if template == "withdraw.html"
        else story.say("Uw verhaal", "Jouw verhaal")
    )
    token = desk.form_tokens.token_for(request)
    response = render_page(
        template, title=title, fictional=story.is_fictional, story=story, say=story.say, code=code, form_token=token
    )
    return desk.form_tokens.keep(response, token)


def _ask(desk: Desk, request: Request, *, error: str = "") -> Response:
    token = desk.form_tokens.token_for(request)
    response = render_page(
        "code.html",
        title="Fout: uw verhaal bekijken" if error else "Uw verhaal bekijken",
        status=422 if error else 200,
        error=error,
        form_token=token,
    )
    return desk.form_tokens.keep(response, token)


async def _withdraw(desk: Desk, request: Request, code: str) -> Response:
    def withdraw() -> bool:
        with desk.installation.database.writing() as session:
            return withdraw_by_code(session, code)

    if not await run_in_threadpool(withdraw):
        return _ask(desk, request, error=UNKNOWN_CODE)
    return render_message(
        "Het verhaal is gewist",
        "Het verhaal en alle antwoorden zijn weg. Niemand kan ze nog lezen, en ze tellen nergens meer mee.",
        "In reservekopieën verdwijnt het verhaal vanzelf als die worden vervangen.",
        status=200,
    )


def _find_own_story(desk: Desk, code: str) -> OwnStory | None:
    with desk.installation.database.reading() as session:
        story_id = find_story_by_code(session, code)
        return None if story_id is None else _read_own_story(desk, session, story_id)


def _read_own_story(desk: Desk, session: Session, story_id: str) -> OwnStory:
    story = session.get_one(StoryRow, story_id)
    key = session.scalars(select(CollectionRow.key).where(CollectionRow.id == story.collection_id)).one()
    collection = find_collection(session, key)
    # The version that this teller answered, which may be older than the one in force.
    framework = desk.load_framework(session, story.framework_id)
    perspective = framework.perspective(story.perspective)
    masked = session.get(MaskedStoryRow, story_id)
    rows = {row.element: row for row in session.scalars(select(AnswerRow).where(AnswerRow.story_id == story_id))}
    variables = framework.framework.variables
    answers = [
        (
            fill_variables(framework.asked_as(element, story.perspective) or element, variables),
            describe_answer(framework, element, story.perspective, rows[element].state, rows[element].value),
        )
        for element in framework.elements
        if element in rows
    ]
    readers = {option.key: option.label for option in framework.consent.who_may_read}
    return OwnStory(
        collection.title,
        collection.is_fictional,
        show_day(story.told_on),
        readers.get(story.consent, story.consent),
        story.wants_reply,
        story.has_text,
        (masked.title, masked.text) if masked else None,
        tuple(answers),
        make_say(perspective.address),
    )
