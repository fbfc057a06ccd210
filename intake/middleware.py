"""The layers around the application, outermost first: headers, failures, gate, Streamlit's shell."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from intake.desk import Desk
from intake.failures import FailurePage
from intake.gate import SignInGate
from intake.headers import SecurityHeaders
from intake.shell import StreamlitShell


def make_middleware(desk: Desk, routes: Sequence[BaseRoute]) -> list[Middleware]:
    """The middleware of the application. routes: what is open to everyone."""

    def is_public(scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    return [
        Middleware(SecurityHeaders, is_public=is_public, secure=desk.installation.settings.secure_cookies),
        Middleware(FailurePage),
        Middleware(SignInGate, desk=desk, routes=routes),
        Middleware(StreamlitShell),
    ]
