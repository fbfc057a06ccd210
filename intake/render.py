"""Turn templates into responses: one Jinja environment, one way to answer."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from intake.static_files import static_url

PRODUCT = "Verteltafel"
PHONE_NUMBER = re.compile(r"\b(112|0[89]00-\d{4})\b")

# Pages that hold what somebody typed are kept nowhere. Other pages may come back from the browser's
# memory, so that "back" shows a half-filled form as it was.
PRIVATE, FRESH = "no-store", "private, no-cache"


def link_phone_numbers(text: str) -> Markup:
    """Make the numbers of help lines tappable: someone who needs them may not be able to copy them."""
    return Markup(PHONE_NUMBER.sub(lambda found: f'<a href="tel:{found[0]}">{found[0]}</a>', str(escape(text))))


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static_url, product=PRODUCT)
    environment.filters["phones"] = link_phone_numbers
    return environment


_environment = _make_environment()


def render_page(
    template: str, *, title: str, status: int = 200, cache: str = PRIVATE, fictional: bool = False, **context: Any
) -> HTMLResponse:
    """A whole page. fictional: say that the collection holds made-up stories."""
    html = _environment.get_template(template).render(title=title, fictional=fictional, **context)
    return HTMLResponse(html, status_code=status, headers={"cache-control": cache})


def render_message(heading: str, *sentences: str, status: int, back: str = "/", back_label: str = "") -> HTMLResponse:
    """A page with one message: what is the matter, and what to do."""
    return render_page(
        "message.html",
        title=heading,
        status=status,
        sentences=sentences,
        back=back,
        back_label=back_label or "Naar de beginpagina",
    )
