"""Small signed things in cookies: a form token against forged posts, the way to the receipt, a known browser,
a sign-in that is on its way at a provider."""

import base64
import hmac
import json
import secrets
import time
from dataclasses import asdict

from cryptography.fernet import Fernet, InvalidToken
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from intake.oidc import Flow
from intake.requests import PageProblem
from safeguards.vault import Vault

FORM_COOKIE, FORM_FIELD = "verteltafel_form", "form_token"
RECEIPT_COOKIE, RECEIPT_SECONDS = "verteltafel_receipt", 30 * 60
FORM_SECONDS = 12 * 3600
FLOW_COOKIE, FLOW_SECONDS = "verteltafel_onderweg", 10 * 60
BROWSER_COOKIE, BROWSER_SECONDS = "verteltafel_browser", 180 * 24 * 3600


class FormTokens:
    """Double submit: the same signed random token in a cookie and in the form."""

    def __init__(self, vault: Vault, *, secure: bool) -> None:
        self._secret = vault.derive_secret("form tokens")
        self._secure = secure

    def token_for(self, request: Request) -> str:
        """The visitor's token, or a new one."""
        token = request.cookies.get(FORM_COOKIE, "")
        return token if self._is_ours(token) else self._make()

    def keep(self, response: Response, token: str) -> Response:
        """Put the token in the visitor's cookie."""
        response.set_cookie(
            FORM_COOKIE, token, max_age=FORM_SECONDS, httponly=True, samesite="lax", secure=self._secure
        )
        return response

    def check(self, request: Request, data: FormData) -> None:
        """Refuse a form that did not come from our own page. Raises PageProblem."""
        sent, cookie = str(data.get(FORM_FIELD, "")), request.cookies.get(FORM_COOKIE, "")
        if not self._is_ours(cookie) or not hmac.compare_digest(sent.encode(), cookie.encode()):
            raise PageProblem(
                "De pagina is verlopen",
                "Open de pagina opnieuw en probeer het nog eens.",
                "Blijft dit terugkomen? Kijk dan of de browser cookies toestaat.",
                status=403,
                back=request.url.path,
                back_label="Open de pagina opnieuw",
            )

    def _make(self) -> str:
        random = secrets.token_urlsafe(18)
        return f"{random}.{self._sign(random)}"

    def _sign(self, random: str) -> str:
        return hmac.new(self._secret, random.encode(), "sha256").hexdigest()[:32]

    def _is_ours(self, token: str) -> bool:
        random, _, signature = token.partition(".")
        return bool(random) and hmac.compare_digest(self._sign(random).encode(), signature.encode())


class ReceiptCookie:
    """Carries which story was just sent to the thank-you page, encrypted: no code in any address."""

    def __init__(self, vault: Vault, *, secure: bool) -> None:
        key = base64.urlsafe_b64encode(vault.derive_secret("receipt cookie"))
        self._fernet, self._secure = Fernet(key), secure

    def give(self, response: Response, *, collection: str, perspective: str, code: str, is_repeat: bool) -> Response:
        """Let the browser show this receipt for half an hour, until "klaar" is pressed."""
        content = "|".join([collection, perspective, code, "repeat" if is_repeat else "first"])
        value = self._fernet.encrypt(content.encode()).decode()
        response.set_cookie(
            RECEIPT_COOKIE,
            value,
            max_age=RECEIPT_SECONDS,
            path="/bedankt",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return response

    def read(self, request: Request) -> tuple[str, str, str, bool] | None:
        """Collection, perspective, code and whether it was a repeat; None without a valid cookie."""
        try:
            content = self._fernet.decrypt(request.cookies.get(RECEIPT_COOKIE, ""), ttl=RECEIPT_SECONDS).decode()
        except InvalidToken:
            return None
        collection, perspective, code, kind = content.split("|")
        return collection, perspective, code, kind == "repeat"

    def forget(self, response: Response) -> Response:
        """Take the receipt away: the next person at this device must not see it."""
        response.delete_cookie(RECEIPT_COOKIE, path="/bedankt", httponly=True, samesite="lax", secure=self._secure)
        return response


class KnownBrowser:
    """Remembers that an account signed in from this browser before. It opens nothing.

    Wrong tries by others at an account do not keep such a browser out: otherwise whoever knows a
    name could keep its owner from signing in.
    """

    def __init__(self, vault: Vault, *, secure: bool) -> None:
        self._secret = vault.derive_secret("known browsers")
        self._secure = secure

    def find(self, request: Request, name: str) -> str:
        """What to count this browser's tries by; "" when this account never signed in from it."""
        random, _, signature = request.cookies.get(BROWSER_COOKIE, "").partition(".")
        is_ours = bool(random) and hmac.compare_digest(self._sign(random, name).encode(), signature.encode())
        return random if is_ours else ""

    def keep(self, response: Response, name: str) -> Response:
        """Remember this browser for an account."""
        random = secrets.token_urlsafe(18)
        response.set_cookie(
            BROWSER_COOKIE,
            f"{random}.{self._sign(random, name)}",
            max_age=BROWSER_SECONDS,
            path="/inloggen",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return response

    def _sign(self, random: str, name: str) -> str:
        return hmac.new(self._secret, f"{random}|{name}".encode(), "sha256").hexdigest()[:32]


class FlowCookie:
    """Keeps a sign-in that is on its way at the provider in the browser that began it, encrypted.

    What comes back is taken once: this process remembers which states were used for as long as a
    cookie is valid. (In another process a second answer still finds a code that the provider refuses.)
    """

    def __init__(self, vault: Vault, *, secure: bool) -> None:
        key = base64.urlsafe_b64encode(vault.derive_secret("sign-in on its way"))
        self._fernet, self._secure = Fernet(key), secure
        self._used: dict[str, float] = {}

    def keep(self, response: Response, flow: Flow) -> Response:
        """Let the browser carry the sign-in for ten minutes."""
        value = self._fernet.encrypt(json.dumps(asdict(flow)).encode()).decode()
        response.set_cookie(
            FLOW_COOKIE,
            value,
            max_age=FLOW_SECONDS,
            path="/inloggen",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return response

    def take(self, request: Request) -> Flow | None:
        """The sign-in whose state comes back; None when it is not of this browser, too old, or was taken."""
        try:
            content = self._fernet.decrypt(request.cookies.get(FLOW_COOKIE, ""), ttl=FLOW_SECONDS)
        except InvalidToken:
            return None
        flow = Flow(**json.loads(content))
        if not hmac.compare_digest(flow.state.encode(), request.query_params.get("state", "").encode()):
            return None
        moment = time.monotonic()
        self._used = {state: at for state, at in self._used.items() if moment - at < 2 * FLOW_SECONDS}
        if flow.state in self._used:
            return None
        self._used[flow.state] = moment
        return flow

    def forget(self, response: Response) -> Response:
        """The sign-in arrived."""
        response.delete_cookie(FLOW_COOKIE, path="/inloggen", httponly=True, samesite="lax", secure=self._secure)
        return response
