"""Who is behind a sign-in cookie: looked up for every page, remembered for seconds for its many files."""

import time
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from safeguards.access import Viewer
from safeguards.installation import Installation
from safeguards.signin import (
    find_viewer,
    has_to_change_password,
    hash_token,
    is_sign_of_life_due,
    keep_alive,
    sign_out,
    sign_out_everywhere,
)

SIGN_IN_COOKIE = "verteltafel_signin"
TOKEN_MAX_CHARACTERS = 100
REMEMBER_SECONDS, REMEMBER_MOST = 10.0, 1_000


@dataclass(frozen=True)
class OpenSignIn:
    """A sign-in that is open now."""

    viewer: Viewer
    token_hash: str
    must_change_password: bool


class SignIns:
    """The open sign-ins of an installation, by the token in the cookie."""

    def __init__(self, installation: Installation) -> None:
        self._database = installation.database
        self._idle_minutes = installation.settings.sign_in_idle_minutes
        self._remembered: dict[str, tuple[float, OpenSignIn]] = {}

    async def find(self, token: str, *, may_be_seconds_old: bool = False) -> OpenSignIn | None:
        """The open sign-in of a token.

        may_be_seconds_old: for the files of a page, which come by the hundred and hold nothing of
        anybody. Pages, data and connections always look again.
        """
        if not token or len(token) > TOKEN_MAX_CHARACTERS:
            return None
        token_hash = hash_token(token)
        at, remembered = self._remembered.get(token_hash, (0.0, None))
        if may_be_seconds_old and remembered is not None and time.monotonic() - at < REMEMBER_SECONDS:
            return remembered
        found = await run_in_threadpool(self._look_up, token_hash)
        if len(self._remembered) >= REMEMBER_MOST:
            self._remembered.clear()
        if found is None:
            self._remembered.pop(token_hash, None)
        else:
            self._remembered[token_hash] = (time.monotonic(), found)
        return found

    async def end(self, token: str, *, everywhere: bool = False) -> None:
        """Sign out here, in every tab; everywhere: end all sign-ins of this person, on every device."""

        def end_them() -> None:
            with self._database.writing() as session:
                (sign_out_everywhere if everywhere else sign_out)(session, hash_token(token))

        if token:
            await run_in_threadpool(end_them)
        self.forget()

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._remembered.clear()

    def _look_up(self, token_hash: str) -> OpenSignIn | None:
        with self._database.reading() as session:
            viewer = find_viewer(session, token_hash, idle_minutes=self._idle_minutes)
            if viewer is None:
                return None
            must_change = has_to_change_password(session, token_hash)
            is_due = is_sign_of_life_due(session, token_hash)
        if is_due:
            with self._database.writing() as session:
                keep_alive(session, token_hash)
        return OpenSignIn(viewer, token_hash, must_change)
