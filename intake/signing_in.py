"""Sign in, sign out, change the password: for people with an account; tellers have none."""

from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.desk import Desk
from intake.render import render_page
from intake.requests import read_form, say_problems
from intake.signins import SIGN_IN_COOKIE, OpenSignIn
from safeguards.signin import (
    PasswordRefused,
    SignInRefused,
    change_password,
    check_password,
    hash_token,
    open_sign_in,
)

# The same sentence for an unknown name, a wrong password and a locked account: it must not tell which.
REFUSED = "De naam of het wachtwoord klopt niet. Na {tries} verkeerde pogingen gaat een account een kwartier op slot."
FIELD_MAX_CHARACTERS = 200


def safe_path(target: str) -> str:
    """The path to go to after signing in, or "/" for anything that could lead off this site."""
    parts = urlsplit(target) if target.isprintable() and len(target) <= 500 else None
    is_local = parts is not None and not parts.scheme and not parts.netloc and target.startswith("/")
    if not is_local or target.startswith("//") or "\\" in target or " " in target:
        return "/"
    return target


@say_problems
async def ask_sign_in(desk: Desk, request: Request) -> Response:
    """The sign-in page; whoever is signed in goes on at once."""
    onward = safe_path(request.query_params.get("verder", "/"))
    if await desk.sign_ins.find(request.cookies.get(SIGN_IN_COOKIE, "")) is not None:
        return RedirectResponse(onward, status_code=303)
    return _ask(desk, request, onward=onward)


@say_problems
async def do_sign_in(desk: Desk, request: Request) -> Response:
    """Check name and password, and open a sign-in."""
    data = await read_form(request)
    desk.form_tokens.check(request, data)
    onward = safe_path(str(data.get("verder", "/")))
    name, password = str(data.get("name", "")).strip(), str(data.get("password", ""))
    settings = desk.installation.settings

    def open_one() -> tuple[str, bool] | None:
        # One session: a wrong try is counted, and the count has to be committed as well.
        with desk.installation.database.writing() as session:
            user = check_password(
                session,
                name[:FIELD_MAX_CHARACTERS],
                password[:FIELD_MAX_CHARACTERS],
                max_tries=settings.sign_in_max_tries,
            )
            if user is None:
                return None
            signed_in = open_sign_in(session, user)
            return signed_in.token, signed_in.must_change_password

    opened = await run_in_threadpool(open_one)
    if opened is None:
        refused = REFUSED.format(tries=settings.sign_in_max_tries)
        return _ask(desk, request, onward=onward, name=name[:FIELD_MAX_CHARACTERS], error=refused)
    token, must_change = opened
    response = RedirectResponse(_password_page(onward) if must_change else onward, status_code=303)
    response.set_cookie(SIGN_IN_COOKIE, token, httponly=True, samesite="lax", secure=settings.secure_cookies)
    return response


@say_problems
async def ask_sign_out(desk: Desk, request: Request) -> Response:
    """A link cannot sign out, a button can: this page has the button."""
    token = desk.form_tokens.token_for(request)
    response = render_page("signout.html", title="Uitloggen", form_token=token)
    return desk.form_tokens.keep(response, token)


@say_problems
async def do_sign_out(desk: Desk, request: Request) -> Response:
    """End the sign-in, in every tab."""
    desk.form_tokens.check(request, await read_form(request))
    await desk.sign_ins.end(request.cookies.get(SIGN_IN_COOKIE, ""))
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(
        SIGN_IN_COOKIE, httponly=True, samesite="lax", secure=desk.installation.settings.secure_cookies
    )
    return response


@say_problems
async def ask_password(desk: Desk, request: Request) -> Response:
    """The page to choose a new password."""
    onward = safe_path(request.query_params.get("verder", "/"))
    found = await desk.sign_ins.find(request.cookies.get(SIGN_IN_COOKIE, ""))
    if found is None:
        return RedirectResponse("/inloggen?verder=" + quote("/wachtwoord"), status_code=303)
    return _ask_password(desk, request, onward=onward, found=found)


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
    error = ("again", "De twee nieuwe wachtwoorden zijn niet gelijk. Typ ze opnieuw.") if new != again else None
    error = error or await run_in_threadpool(_change, desk, token, old, new)
    if error is not None:
        return _ask_password(desk, request, onward=onward, found=found, error=error)
    desk.sign_ins.forget()
    return RedirectResponse(onward, status_code=303)


def _change(desk: Desk, token: str, old: str, new: str) -> tuple[str, str] | None:
    try:
        with desk.installation.database.writing() as session:
            change_password(session, hash_token(token), old=old, new=new)
    except SignInRefused as refused:
        return "old", str(refused)
    except PasswordRefused as refused:
        return "new", str(refused)
    return None


def _password_page(onward: str) -> str:
    return "/wachtwoord?verder=" + quote(onward, safe="/")


def _ask(desk: Desk, request: Request, *, onward: str, name: str = "", error: str = "") -> Response:
    token = desk.form_tokens.token_for(request)
    response = render_page(
        "signin.html",
        title="Fout: inloggen" if error else "Inloggen",
        status=422 if error else 200,
        onward=onward,
        name=name,
        error=error,
        form_token=token,
    )
    return desk.form_tokens.keep(response, token)


def _ask_password(
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
