"""Floods: how often something may be tried from one address, kept in the memory of this process alone.

No address is kept: only a keyed hash of it, with a key that is made anew every day, lives in memory
and is gone at a restart. What is counted is wrong tries and forms that cost work, never reading.
"""

import functools
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from intake.render import render_message
from intake.requests import Endpoint

KEY_LIFE_SECONDS = 24 * 3600
MOST_KEYS = 20_000


@dataclass
class Throttle:
    """At most so many tries from one source; each wears off after a while.

    tries: how many at once; they come back one by one, all of them in `seconds`.
    """

    tries: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _spent: dict[bytes, tuple[float, float]] = field(default_factory=dict, repr=False)
    _key: bytes = field(default=b"", repr=False)
    _key_until: float = field(default=0.0, repr=False)

    def wait_for(self, source: str) -> float:
        """Seconds until the next try from this source is welcome; 0 when it is now."""
        spent = self._spent_by(source)
        return max(0.0, (spent - self.tries + 1) * self.seconds / self.tries)

    def count(self, source: str) -> None:
        """One try from this source."""
        spent = self._spent_by(source)
        if len(self._spent) >= MOST_KEYS:
            self._drop_worn_off()
        self._spent[self._hide(source)] = (spent + 1, self.clock())

    def _spent_by(self, source: str) -> float:
        spent, at = self._spent.get(self._hide(source), (0.0, 0.0))
        return max(0.0, spent - (self.clock() - at) * self.tries / self.seconds)

    def _hide(self, source: str) -> bytes:
        if self.clock() >= self._key_until:
            self._key, self._key_until = secrets.token_bytes(32), self.clock() + KEY_LIFE_SECONDS
            self._spent.clear()  # nobody can be recognised by the new key
        return hmac.digest(self._key, source.encode(), "sha256")

    def _drop_worn_off(self) -> None:
        moment = self.clock()
        kept = {key: one for key, one in self._spent.items() if moment - one[1] < self.seconds}
        # Still full: more sources than we remember. Those longest ago are forgotten, nobody is shut out.
        newest = sorted(kept.items(), key=lambda item: item[1][1])[-MOST_KEYS // 2 :]
        self._spent = dict(newest)


def source_of(request: Request, *, proxies: int) -> str:
    """Where a request comes from, for a throttle and nothing else.

    proxies: how many of our own proxies stand in front. Each adds the address that it saw at the end
    of X-Forwarded-For; what stands before those can be made up by the client and is not looked at.
    """
    seen = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return _network_of(seen[-proxies])
    return _network_of(request.client.host if request.client else "")


def _network_of(address: str) -> str:
    # Whoever has one IPv6 address has a whole network of them, so the network counts.
    parts = address.split(":")
    return ":".join(parts[:4]) if len(parts) > 4 else address


def slow_down(endpoint: Endpoint, throttle: Throttle, *, proxies: int, counts: frozenset[int]) -> Endpoint:
    """Wrap an endpoint: too many answers with one of these status codes, and it has to wait.

    counts: the status codes that count as a try, such as 422 for a code that fits nothing.
    """

    @functools.wraps(endpoint)
    async def answer(*args: object) -> Response:
        request = args[-1]
        assert isinstance(request, Request)
        source = source_of(request, proxies=proxies)
        wait = throttle.wait_for(source)
        if wait:
            return say_wait(wait, back=request.url.path)
        response = await endpoint(*args)
        if response.status_code in counts:
            throttle.count(source)
        return response

    return answer


def say_wait(seconds: float, *, back: str) -> Response:
    """The page that says how long to wait."""
    minutes = ceil(seconds / 60)
    response = render_message(
        "Even wachten",
        f"Dit is te vaak achter elkaar geprobeerd. Wacht {minutes} {'minuut' if minutes == 1 else 'minuten'}.",
        "Daarna kan het weer. Er is niets veranderd en niets verloren.",
        status=429,
        back=back,
        back_label="Probeer het daarna opnieuw",
    )
    response.headers["retry-after"] = str(ceil(seconds))
    return response
