"""Change one's own password."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.desk import Desk
from intake.render import render_page
from intake.requests import read_form, say_problems
from intake.signing_in import safe_path
from intake.signins import SIGN_IN_COOKIE, OpenSignIn
from safeguards.passwords import PasswordRefused
from safeguards.signin import SignInRefused, change_password, hash_token

UNEQUAL = ("again", "De twee nieuwe wachtwoorden zijn niet gelijk. Typ ze opnieuw.")


@say_problems
async def ask_password(desk: Desk, request: Request) -> Response:
    """The page to choose a new password."""
    onward = safe_path(request.query_params.get("verder", "/"))
    found = await desk.sign_ins.find(request.cookies.get(SIGN_IN_COOKIE, ""))
    if found is None:
        return RedirectResponse("/inloggen?verder=" + quote("/wachtwoord"), status_code=303)
    return _ask(desk, request, onward=onward, found=found)


@say_problems
async def set_password(desk: Desk, request: Request) -> Response:
    """Set the new password; the person's other sign-ins end."""
    data = await read_form(request)
    desk.form_tokens.check(request, data)
    token = request.cookies.get(SIGN_IN_COOKIE, "")
    found = await desk.sign_ins.find(token)
    if found is None:
        return RedirectResponse("/inloggen?verder=" + quote("/wachtwoord"), status_code=303)
    onward = safe_path(str(data.get("verder", "/")))
    old, new, again = (str(data.get(name, "")) for name in ("old", "new", "again"))
    error = UNEQUAL if new != again else await run_in_threadpool(_change, desk, token, old, new)
    if error is not None:
        return _ask(desk, request, onward=onward, found=found, error=error)
    desk.sign_ins.forget()
    return RedirectResponse(onward, status_code=303)


def _change(desk: Desk, token: str, old: str, new: str) -> tuple[str, str] | None:
    tries = desk.installation.settings.sign_in_max_tries
    try:
        change_password(desk.installation.database, hash_token(token), old=old, new=new, max_tries=tries)
    except SignInRefused as refused:
        return "old", str(refused)
    except PasswordRefused as refused:
        return "new", str(refused)
    return None


def _ask(
    desk: Desk, request: Request, *, onward: str, found: OpenSignIn, error: tuple[str, str] | None = None
) -> Response:
    token = desk.form_tokens.token_for(request)
    response = render_page(
        "password.html",
        title="Fout: wachtwoord kiezen" if error else "Wachtwoord kiezen",
        status=422 if error else 200,
        onward=onward,
        must_change=found.must_change_password,
        name=found.viewer.name,
        error=error,
        form_token=token,
    )
    return desk.form_tokens.keep(response, token)
