"""Headers that every answer carries: what a browser may load, keep and tell others."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The public pages load their own stylesheet and scripts, and nothing else whatsoever.
FORM_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The pages: measured on Streamlit 1.67 with its charts, tables, uploads and components without one
# console error. {scripts} are the hashes of the inline scripts in the page itself.
PAGES_POLICY = (
    "default-src 'self'; script-src 'self' blob:{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
)
COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
TWO_YEARS = "max-age=63072000"


class SecurityHeaders:
    """Adds the headers; behind https also "only https", and Secure on every cookie."""

    def __init__(self, app: ASGIApp, *, is_public: Callable[[Scope], bool], secure: bool) -> None:
        self._app, self._is_public, self._secure = app, is_public, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, headers added."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        public = scope["type"] == "http" and self._is_public(scope)

        async def send_with_headers(message: Message) -> None:
            # The second is the answer to a connection that is refused; one that is accepted has no page.
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                self._add(MutableHeaders(scope=message), public=public)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, *, public: bool) -> None:
        for name, value in COMMON.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", FORM_POLICY if public else PAGES_POLICY.format(scripts=""))
        if public:
            headers.setdefault("x-robots-tag", "noindex, nofollow")
        if self._secure:
            headers.setdefault("strict-transport-security", TWO_YEARS)
            self._secure_cookies(headers)

    def _secure_cookies(self, headers: MutableHeaders) -> None:
        cookies = headers.getlist("set-cookie")
        if cookies:
            del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", cookie if "secure" in cookie.lower().split("; ") else f"{cookie}; Secure")
