"""Stylesheet and scripts of the form: read once, compressed once, kept by the browser for good."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
PREFIX = "/intake-static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    plain: bytes
    packed: bytes
    media_type: str
    etag: str


def _read_files() -> dict[str, StaticFile]:
    files = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in TYPES:
            plain = path.read_bytes()
            etag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
            files[path.name] = StaticFile(plain, gzip.compress(plain, mtime=0), TYPES[path.suffix], etag)
    return files


_FILES = _read_files()
# One version for all files, in the path: a script that imports "./other.js" gets the same version.
VERSION = hashlib.sha256("".join(file.etag for file in _FILES.values()).encode()).hexdigest()[:12]


def static_url(name: str) -> str:
    """The address of a static file; it changes when any of the files does. Raises KeyError."""
    _FILES[name]
    return f"{PREFIX}/{VERSION}/{name}"


async def serve_static(request: Request) -> Response:
    """Answer with a file; forever when asked with today's version, else to be checked every time."""
    file = _FILES.get(request.path_params["name"])
    if file is None:
        return Response(status_code=404)
    is_current = request.path_params.get("version") == VERSION
    headers = {"etag": file.etag, "cache-control": FOREVER if is_current else "no-cache", "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(file.plain, media_type=file.media_type, headers=headers)
