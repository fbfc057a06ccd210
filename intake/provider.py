"""Sign in through the municipality's own provider: there, back, and in with the same sign-in as everybody."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from faults import PersonFault
from intake.desk import Desk
from intake.oidc import Flow, Identity, Provider, finish, start_address
from intake.requests import PageProblem, say_problems
from intake.signing_in import let_in, safe_path
from intake.welcome import DISPLAY_NAME_MAX, say_over, table_address
from safeguards.identities import bind_identity, find_identity
from safeguards.invitations import (
    InvitationOver,
    accept_seat,
    accept_seat_as_new,
    find_invitation,
    take_account_link,
)
from safeguards.signin import SignedIn, open_sign_in

T = TypeVar("T")
CALLBACK = "/inloggen/terug"
TOO_LATE = "Het inloggen duurde te lang, of dit antwoord is al gebruikt."


@say_problems
async def go_there(desk: Desk, request: Request) -> Response:
    """Send the browser to the provider. With a link in the address, coming back uses the link."""
    provider = find_provider(desk)
    flow = Flow(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        onward=safe_path(request.query_params.get("verder", "/")),
        link=request.path_params.get("token", ""),
    )
    address = await _ask(start_address, provider, flow)
    return desk.flows.keep(RedirectResponse(address, status_code=303), flow)


@say_problems
async def come_back(desk: Desk, request: Request) -> Response:
    """Take the provider's answer, once, and open a sign-in for the account that belongs to it."""
    provider = find_provider(desk)
    flow = desk.flows.take(request)
    if flow is None:
        raise _problem(TOO_LATE, "Begin opnieuw met inloggen.")
    identity = await _ask(finish, provider, flow, dict(request.query_params))
    opened, onward = await run_in_threadpool(_let_identity_in, desk, provider, flow, identity)
    return desk.flows.forget(let_in(desk, opened, onward=onward))


def find_provider(desk: Desk) -> Provider:
    """The provider of the settings. Raises PageProblem when there is none."""
    settings = desk.installation.settings
    if not settings.oidc_metadata_url:
        raise PageProblem("Deze pagina bestaat niet", "Meld je aan met naam en wachtwoord.", status=404)
    return Provider(
        settings.oidc_metadata_url,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        desk.provider_label,
        settings.base_url + CALLBACK,
    )


async def _ask(ask: Callable[..., T], *given: object) -> T:
    try:
        return await run_in_threadpool(ask, *given)
    except PersonFault as problem:
        raise _problem(str(problem)) from problem


def _problem(*sentences: str) -> PageProblem:
    return PageProblem(
        "Inloggen is niet gelukt", *sentences, status=403, back="/inloggen", back_label="Terug naar inloggen"
    )


def _let_identity_in(desk: Desk, provider: Provider, flow: Flow, identity: Identity) -> tuple[SignedIn, str]:
    try:
        with desk.installation.database.writing() as session:
            if flow.link:
                return _use_link(session, flow.link, identity)
            user = find_identity(session, issuer=identity.issuer, subject=identity.subject)
            if user is not None and user.is_active:
                return open_sign_in(session, user), flow.onward
    except InvitationOver as over:
        raise say_over(over) from over
    except PersonFault as fault:
        raise _problem(str(fault)) from fault
    raise _problem(
        f"Je bent herkend door {provider.label}, maar hier is geen account dat bij je hoort.",
        "Vraag de beheerder om een link. Open die link en kies daar opnieuw voor inloggen met "
        f"{provider.label}; daarna weten we wie je bent.",
    )


def _use_link(session: Session, link: str, identity: Identity) -> tuple[SignedIn, str]:
    """Bind the identity to the account of the link, or give it a seat. Raises InvitationOver, SignInRefused."""
    invitation = find_invitation(session, link)
    known = find_identity(session, issuer=identity.issuer, subject=identity.subject)
    if not invitation.is_for_seat:
        user, onward = take_account_link(session, link), "/"
    elif known is not None:
        if not known.is_active:
            raise InvitationOver
        accept_seat(session, link, user_name=known.name)
        user, onward = known, table_address(invitation)
    else:
        shown = identity.name.strip()[:DISPLAY_NAME_MAX] or "Tafellid"
        user = accept_seat_as_new(session, link, name=f"gast-{secrets.token_hex(4)}", display_name=shown)
        onward = table_address(invitation)
    bind_identity(session, user, issuer=identity.issuer, subject=identity.subject)
    return open_sign_in(session, user), onward
