"""Streamlit's own page and files, made Dutch and small on their way out."""

import base64
import gzip
import hashlib
import re

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.gate import SIGN_IN_HEADER
from intake.headers import PAGES_POLICY
from intake.render import PRODUCT
from intake.static_files import FOREVER

INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)
PACKED_SUFFIXES = (".js", ".css", ".json", ".svg")


class StreamlitShell:
    """Rewrites the page (language, title, exact hashes for its inline scripts) and packs its files once.

    Streamlit sends its files unpacked, 3 MB for a simple page; packed in memory it is a third.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed: dict[str, tuple[bytes, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        path, headers = scope["path"], Headers(scope=scope)
        if SIGN_IN_HEADER.decode() not in headers:  # a public page, which is Dutch and small already
            await self._app(scope, receive, send)
            return
        can_pack = (
            path.startswith("/static/")
            and path.endswith(PACKED_SUFFIXES)
            and "gzip" in headers.get("accept-encoding", "")
            and "range" not in headers
        )
        if can_pack and path in self._packed:
            await self._send_packed(path, send)
        elif can_pack:
            await self._answer_whole(scope, receive, send, pack=True)
        elif not path.startswith(("/static/", "/media/", "/_stcore/", "/component/")):
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await self._answer_whole({**scope, "headers": plain}, receive, send, pack=False)
        else:
            await self._app(scope, receive, send)

    async def _answer_whole(self, scope: Scope, receive: Receive, send: Send, *, pack: bool) -> None:
        """Let the app answer; hold the answer until it is whole if it is one to change."""
        start: Message | None = None
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                is_page = headers.get("content-type", "").startswith("text/html")
                if message["status"] == 200 and (pack or is_page) and "content-encoding" not in headers:
                    start = message
                    return
            elif start is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                await self._finish(scope["path"], start, bytes(body), send, pack=pack)
                return
            await send(message)

        await self._app(scope, receive, collect)

    async def _finish(self, path: str, start: Message, body: bytes, send: Send, *, pack: bool) -> None:
        if pack:
            content_type = Headers(raw=start["headers"]).get("content-type", "").encode()
            self._packed[path] = (content_type, await run_in_threadpool(gzip.compress, body, 6))
            await self._send_packed(path, send)
            return
        headers = MutableHeaders(scope=start)
        body = make_page_dutch(body)
        headers["content-length"] = str(len(body))
        headers["content-security-policy"] = PAGES_POLICY.format(scripts=hash_inline_scripts(body))
        headers["cache-control"] = "no-store"
        del headers["etag"], headers["last-modified"]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _send_packed(self, path: str, send: Send) -> None:
        content_type, packed = self._packed[path]
        headers = [
            (b"content-type", content_type),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(packed)).encode()),
            (b"cache-control", FOREVER.encode()),
            (b"vary", b"accept-encoding"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": packed})


def make_page_dutch(html: bytes) -> bytes:
    """Say the page's language and name before any script runs, for people who hear the page."""
    html = html.replace(b'<html lang="en">', b'<html lang="nl">', 1)
    html = html.replace(b"<title>Streamlit</title>", b"<title>" + PRODUCT.encode() + b"</title>", 1)
    without = "Deze pagina's werken alleen met JavaScript. Een verhaal vertellen kan zonder: ga naar /vertel."
    return NOSCRIPT.sub(b"<noscript>" + without.encode() + b"</noscript>", html, count=1)


def hash_inline_scripts(html: bytes) -> str:
    """The inline scripts of a page, as sources for its policy."""
    digests = [hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(html)]
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
