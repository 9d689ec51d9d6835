"""PURE: which requests are answered: those of the page itself, in a browser that has the token.

The server is reached by every program and every web page of this machine. Other pages are kept out
by the Host and Origin headers, which a page cannot choose, and by a cookie that is sent with
requests of the same site alone.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

HOSTS = ("127.0.0.1", "localhost", "[::1]")
HTTP = 80
MARK = "x-ecscli"  # of requests that are no simple ones: a form of another page cannot send it
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Refusal(NamedTuple):
    """Why a request is not answered; `status` of HTTP."""

    status: int
    message: str
    hint: str = ""


ONCE = 60.0  # seconds until a token for one session is of no use any more
NO_SESSION = Refusal(
    401,
    "this browser has not opened the console with its address",
    "open the address that `ecscli console` has printed; it is another one after each start",
)


class Guard:
    """The token and the session of one start of the server. Headers have lower-case names."""

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.port, self._clock = port, clock
        self.token = secrets.token_urlsafe(32)
        self._ends = dict[str, float]()  # of tokens for one session, on the clock
        self._session = secrets.token_urlsafe(32)

    @property
    def cookie_name(self) -> str:
        """Cookies do not know ports: each server has a name of its own."""
        return f"ecscli-console-{self.port}"

    def token_for_once(self) -> str:
        """A token for one session within a minute: what a program gets as an argument can be read
        by every user of the machine."""
        token = secrets.token_urlsafe(32)
        self._ends[token] = self._clock() + ONCE
        return token

    def refuse(self, method: str, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request is not from the page itself; None where it may be."""
        authorities = [f"{host}:{self.port}" for host in HOSTS]
        if self.port == HTTP:  # browsers leave it out
            authorities += HOSTS
        if headers.get("host", "").lower() not in authorities:
            return Refusal(421, "this server answers for 127.0.0.1, [::1] and localhost alone")
        origin = headers.get("origin")
        if origin is not None and origin not in [f"http://{one}" for one in authorities]:
            return Refusal(403, "another page has asked")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "another page has asked")
        if method != "GET" and (origin is None or headers.get(MARK) != "1"):
            return Refusal(403, "the request is not from the console's own page")
        return None

    def refuse_stream(self, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request gets no stream: it has to say that it comes from a page of ours, which
        `refuse` has compared."""
        says = headers.get("sec-fetch-site") == "same-origin" or "origin" in headers
        return None if says else Refusal(403, "the request is not from the console's own page")

    def refuse_data(self, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request gets no data; None where its session is ours."""
        given = values_of(headers.get("cookie", ""), self.cookie_name)
        return None if any(same(one, self._session) for one in given) else NO_SESSION

    def cookie_for(self, token: object) -> str | None:
        """The cookie of a session for whoever knows the token, or one that was for once."""
        given = token if isinstance(token, str) else ""
        end = self._ends.pop(given, None)
        is_in_time = end is not None and self._clock() < end
        if not is_in_time and not same(given, self.token):
            return None
        return f"{self.cookie_name}={self._session}; HttpOnly; SameSite=Strict; Path=/"


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing about them."""
    return hmac.compare_digest(one.encode(), other.encode())


def values_of(cookies: str, name: str) -> Iterator[str]:
    """The values of the cookies of a name. Those of other servers of this host come too, in forms
    that a strict reader of cookies stops at."""
    for part in cookies.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            yield value
