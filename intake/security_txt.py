"""security.txt: where to report a weakness. Source: RFC 9116."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from intake.desk import Desk
from intake.requests import say_problems

VALID_DAYS = 180  # the source asks for less than a year; what is served is always fresh


@say_problems
async def show_contact(desk: Desk, request: Request) -> Response:
    """The contact that the settings name; not found when they name none."""
    settings = desk.installation.settings
    if not settings.security_contact:
        return PlainTextResponse("Geen adres ingesteld (VERTELTAFEL_SECURITY_CONTACT).", status_code=404)
    # Whole days, so that the file is the same for everybody who looks on one day.
    until = (datetime.now(UTC) + timedelta(days=VALID_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.base_url}/.well-known/security.txt",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"cache-control": "max-age=86400"})
