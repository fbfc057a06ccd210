"""Where a link that works once leads: to a first password, or to a seat at a roundtable.

Looking at the page uses nothing up: programs that look at links before people do would take them.
Only the button does.
"""

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from faults import PersonFault
from intake.desk import Desk
from intake.render import render_page
from intake.requests import PageProblem, read_form, say_problems
from intake.signing_in import let_in
from intake.signins import SIGN_IN_COOKIE, OpenSignIn
from safeguards.invitations import (
    Invitation,
    InvitationOver,
    accept_account,
    accept_seat,
    accept_seat_as_new,
    find_invitation,
)
from safeguards.passwords import PasswordRefused, check_new_password, hash_password
from safeguards.signin import SignedIn, open_sign_in

ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
DISPLAY_NAME_MAX = 120
NAME_RULE = "Een accountnaam is 2 tot 40 kleine letters, cijfers, punten of streepjes, zoals anna.b."
Fault = tuple[str, str]  # a field and its sentence


class FieldRefused(PersonFault):
    """One field of the form has to change."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@say_problems
async def ask_welcome(desk: Desk, request: Request) -> Response:
    """The page behind a link."""
    token = request.path_params["token"]
    invitation = await _find(desk, token)
    found = await desk.sign_ins.find(request.cookies.get(SIGN_IN_COOKIE, ""))
    return _ask(desk, request, invitation, found)


@say_problems
async def do_welcome(desk: Desk, request: Request) -> Response:
    """Use the link: set the first password, or take the seat."""
    token = request.path_params["token"]
    data = await read_form(request)
    desk.form_tokens.check(request, data)
    invitation = await _find(desk, token)
    found = await desk.sign_ins.find(request.cookies.get(SIGN_IN_COOKIE, ""))
    if invitation.is_for_seat and found is not None and not found.must_change_password:
        await run_in_threadpool(_sit_down, desk, token, found.viewer.name)
        return RedirectResponse(table_address(invitation), status_code=303)
    typed = {name: str(data.get(name, "")).strip() for name in ("name", "display")}
    try:
        opened = await run_in_threadpool(
            _open, desk, token, invitation, typed, str(data.get("new", "")), str(data.get("again", ""))
        )
    except FieldRefused as refused:
        return _ask(desk, request, invitation, None, typed=typed, error=(refused.field, str(refused)))
    return let_in(desk, opened, onward=table_address(invitation) if invitation.is_for_seat else "/")


def table_address(invitation: Invitation) -> str:
    """The page of the roundtable that a link leads to."""
    return f"/duidingstafel?verzameling={quote(invitation.collection_key)}&tafel={invitation.roundtable_id}"


def say_over(over: InvitationOver) -> PageProblem:
    """The page for a link that does not work."""
    first, _, rest = str(over).partition(" Een link")
    return PageProblem(
        first.rstrip("."), f"Een link{rest}", status=410, back="/inloggen", back_label="Naar het inloggen"
    )


async def _find(desk: Desk, token: str) -> Invitation:
    def look_up() -> Invitation:
        with desk.installation.database.reading() as session:
            return find_invitation(session, token)

    try:
        return await run_in_threadpool(look_up)
    except InvitationOver as over:
        raise say_over(over) from over


def _sit_down(desk: Desk, token: str, name: str) -> None:
    try:
        with desk.installation.database.writing() as session:
            accept_seat(session, token, user_name=name)
    except InvitationOver as over:
        raise say_over(over) from over


def _open(desk: Desk, token: str, invitation: Invitation, typed: dict[str, str], new: str, again: str) -> SignedIn:
    """Check every field, then use the link and open a sign-in, in one transaction."""
    name = invitation.user_name or typed["name"].lower()
    display_name = invitation.display_name or typed["display"]
    if invitation.is_for_seat:
        _check_names(name, display_name)
    try:
        check_new_password(new, name=name, display_name=display_name)
    except PasswordRefused as refused:
        raise FieldRefused("new", str(refused)) from refused
    if new != again:
        raise FieldRefused("again", "De twee wachtwoorden zijn niet gelijk. Typ ze opnieuw.")
    password_hash = hash_password(new)
    try:
        with desk.installation.database.writing() as session:
            if invitation.is_for_seat:
                user = accept_seat_as_new(
                    session, token, name=name, display_name=display_name, password_hash=password_hash
                )
            else:
                user = accept_account(session, token, password_hash=password_hash)
            return open_sign_in(session, user)
    except InvitationOver as over:
        raise say_over(over) from over
    except PersonFault as fault:  # the name is taken
        raise FieldRefused("name", str(fault)) from fault


def _check_names(name: str, display_name: str) -> None:
    if not display_name or len(display_name) > DISPLAY_NAME_MAX:
        raise FieldRefused("display", "Vul je naam in zoals de anderen aan tafel die zien.")
    if not ACCOUNT_NAME.fullmatch(name):
        raise FieldRefused("name", NAME_RULE)


def _ask(
    desk: Desk,
    request: Request,
    invitation: Invitation,
    found: OpenSignIn | None,
    *,
    typed: dict[str, str] | None = None,
    error: Fault | None = None,
) -> Response:
    token = desk.form_tokens.token_for(request)
    path = request.url.path
    response = render_page(
        "welcome.html",
        title="Fout: welkom" if error else "Welkom",
        status=422 if error else 200,
        invitation=invitation,
        signed_in=found.viewer.display_name if found is not None and not found.must_change_password else "",
        typed=typed or {"name": "", "display": ""},
        error=error,
        address=path,
        sign_in_address="/inloggen?verder=" + quote(path),
        provider=desk.provider_label,
        provider_address=f"{path}/extern",
        form_token=token,
    )
    # The link is in the address: it goes to nobody, not even to our own pages.
    response.headers["referrer-policy"] = "no-referrer"
    return desk.form_tokens.keep(response, token)
