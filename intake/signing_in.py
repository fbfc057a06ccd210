"""Sign in and out: for people with an account; tellers have none."""

from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.desk import Desk
from intake.render import render_page
from intake.requests import read_form, say_problems
from intake.signins import SIGN_IN_COOKIE
from safeguards.signin import SignedIn, sign_in_with_password

# The same sentence for an unknown name, a wrong password and an account that waits: it must not tell which.
REFUSED = (
    "De naam of het wachtwoord klopt niet. Na {tries} verkeerde pogingen moet een account even wachten: "
    "eerst een minuut, hoogstens een kwartier."
)
FIELD_MAX_CHARACTERS = 201  # one more than a password may have, so that a longer one is never cut to fit


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
    name = str(data.get("name", "")).strip()[:FIELD_MAX_CHARACTERS]
    password = str(data.get("password", ""))[:FIELD_MAX_CHARACTERS]
    settings = desk.installation.settings
    browser = desk.browsers.find(request, name)
    is_known = bool(browser) and not desk.browser_tries.wait_for(browser)
    opened = await run_in_threadpool(
        sign_in_with_password,
        desk.installation.database,
        name,
        password,
        max_tries=settings.sign_in_max_tries,
        is_known_browser=is_known,
    )
    if opened is None:
        if browser:
            desk.browser_tries.count(browser)
        refused = REFUSED.format(tries=settings.sign_in_max_tries)
        return _ask(desk, request, onward=onward, name=name, error=refused)
    return let_in(desk, opened, onward=onward)


def let_in(desk: Desk, opened: SignedIn, *, onward: str) -> Response:
    """Give the browser the sign-in, and send it to where the person was going."""
    to = "/wachtwoord?verder=" + quote(onward, safe="/") if opened.must_change_password else onward
    response = RedirectResponse(to, status_code=303)
    secure = desk.installation.settings.secure_cookies
    response.set_cookie(SIGN_IN_COOKIE, opened.token, httponly=True, samesite="lax", secure=secure)
    return desk.browsers.keep(response, opened.name)


@say_problems
async def ask_sign_out(desk: Desk, request: Request) -> Response:
    """A link cannot sign out, a button can: this page has the buttons."""
    token = desk.form_tokens.token_for(request)
    response = render_page("signout.html", title="Afmelden", form_token=token)
    return desk.form_tokens.keep(response, token)


@say_problems
async def do_sign_out(desk: Desk, request: Request) -> Response:
    """End the sign-in in every tab, or all of this person's sign-ins on every device."""
    data = await read_form(request)
    desk.form_tokens.check(request, data)
    await desk.sign_ins.end(request.cookies.get(SIGN_IN_COOKIE, ""), everywhere=data.get("waar") == "overal")
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(
        SIGN_IN_COOKIE, httponly=True, samesite="lax", secure=desk.installation.settings.secure_cookies
    )
    return response


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
        provider=desk.provider_label,
        provider_address="/inloggen/extern?verder=" + quote(onward, safe="/"),
    )
    return desk.form_tokens.keep(response, token)
