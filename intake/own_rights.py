"""What a teller can do with the code besides looking and withdrawing: take along, let fewer people read, ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from intake.desk import Desk
from intake.own_data import describe_own_data, to_json
from intake.render import PRIVATE, render_page
from intake.wording import Say, make_say
from safeguards.rights import (
    MESSAGE_MAX_CHARACTERS,
    RightsRefused,
    ask_person,
    lower_consent,
    narrower_levels,
)
from safeguards.withdrawal import find_story_by_code
from storage.tables.stories import StoryRow
from stories.collections import list_collections

RIGHTS, AS_PAGE, AS_JSON, LOWER, ASK = "rights", "data-html", "data-json", "lower", "ask-person"
STEPS = (RIGHTS, AS_PAGE, AS_JSON, LOWER, ASK)
LOWERED = "Vanaf nu lezen alleen nog de mensen die u koos het verhaal."
ASKED = "Uw bericht is verstuurd. Het antwoord leest u hier, met dezelfde code."


@dataclass(frozen=True)
class RightsPage:
    """What the page with a teller's rights shows. narrower: pairs of level and label."""

    is_fictional: bool
    say: Say
    reader: str
    narrower: tuple[tuple[str, str], ...]
    requests: tuple[dict[str, str], ...]


async def follow_step(desk: Desk, request: Request, data: FormData, code: str) -> Response | None:
    """Do what a teller asked with the code; None when the code opens no story."""
    step = str(data.get("go"))
    if step in (AS_PAGE, AS_JSON):
        return await run_in_threadpool(_make_download, desk, code, step)
    said, fault = "", ""
    if step in (LOWER, ASK):
        said = LOWERED if step == LOWER else ASKED
        try:
            if not await run_in_threadpool(_act, desk, code, step, data):
                return None
        except RightsRefused as refused:
            said, fault = "", str(refused)
    page = await run_in_threadpool(_with_story, desk, code, _read_page)
    if page is None:
        return None
    token = desk.form_tokens.token_for(request)
    response = render_page(
        "rights.html",
        title=("Fout: " if fault else "") + page.say("Uw gegevens en rechten", "Jouw gegevens en rechten"),
        status=422 if fault else 200,
        fictional=page.is_fictional,
        page=page,
        say=page.say,
        said=said,
        fault=fault,
        message=str(data.get("message", "")) if fault else "",
        longest=MESSAGE_MAX_CHARACTERS,
        code=code,
        form_token=token,
    )
    return desk.form_tokens.keep(response, token)


def _act(desk: Desk, code: str, step: str, data: FormData) -> bool:
    with desk.installation.database.writing() as session:
        story_id = find_story_by_code(session, code)
        if story_id is None:
            return False
        if step == LOWER:
            lower_consent(session, story_id, str(data.get("level", "")))
        else:
            kind, message = str(data.get("kind", "")), str(data.get("message", ""))
            ask_person(session, desk.installation.vault, story_id, kind=kind, message=message)
        return True


def _make_download(desk: Desk, code: str, step: str) -> Response | None:
    described = _with_story(desk, code, describe_own_data)
    if described is None:
        return None
    if step == AS_JSON:
        return _attach(Response(to_json(described), media_type="application/json"), "mijn-verhaal.json")
    return _attach(render_page("own_data.html", title="Alles over mijn verhaal", data=described), "mijn-verhaal.html")


def _attach(response: Response, name: str) -> Response:
    response.headers["cache-control"] = PRIVATE
    response.headers["content-disposition"] = f'attachment; filename="{name}"'
    return response


def _with_story(desk: Desk, code: str, read: Callable[[Desk, Session, str], Any]) -> Any:
    with desk.installation.database.reading() as session:
        story_id = find_story_by_code(session, code)
        return None if story_id is None else read(desk, session, story_id)


def _read_page(desk: Desk, session: Session, story_id: str) -> RightsPage:
    story = session.get_one(StoryRow, story_id)
    framework = desk.load_framework(session, story.framework_id)
    labels = {option.key: option.label for option in framework.consent.who_may_read}
    collection = next(one for one in list_collections(session) if one.id == story.collection_id)
    return RightsPage(
        collection.is_fictional,
        make_say(framework.perspective(story.perspective).address),
        labels.get(story.consent, story.consent),
        tuple((level.value, labels[level]) for level in narrower_levels(story.consent) if level in labels),
        tuple(describe_own_data(desk, session, story_id)["uw berichten"]),
    )
