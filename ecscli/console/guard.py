"""PURE: which requests are answered: those of the page itself, in a browser that has the token.

The server is reached by every program and every web page of this machine. Other pages are kept out
by the Host and Origin headers, which a page cannot choose, and by a cookie that is sent with
requests of the same site alone.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple

HOSTS = ("127.0.0.1", "localhost")
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


NO_SESSION = Refusal(
    401,
    "this browser has not opened the console with its address",
    "open the address that `ecscli console` has printed; it is another one after each start",
)


class Guard:
    """The token and the session of one start of the server. Headers have lower-case names."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)

    @property
    def cookie_name(self) -> str:
        """Cookies do not know ports: each server has a name of its own."""
        return f"ecscli-console-{self.port}"

    def refuse(self, method: str, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request is not from the page itself; None where it may be."""
        authorities = [f"{host}:{self.port}" for host in HOSTS]
        if headers.get("host", "").lower() not in authorities:
            return Refusal(421, "this server answers for 127.0.0.1 and localhost alone")
        origin = headers.get("origin")
        if origin is not None and origin not in [f"http://{one}" for one in authorities]:
            return Refusal(403, "another page has asked")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "another page has asked")
        if method != "GET" and (origin is None or headers.get(MARK) != "1"):
            return Refusal(403, "the request is not from the console's own page")
        return None

    def refuse_data(self, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request gets no data; None where its session is ours."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie_name)
        except CookieError:
            found = None
        value = found.value if found else ""
        return None if hmac.compare_digest(value.encode(), self._session.encode()) else NO_SESSION

    def cookie_for(self, token: object) -> str | None:
        """The cookie of a session for whoever knows the token."""
        given = token if isinstance(token, str) else ""
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return None
        return f"{self.cookie_name}={self._session}; HttpOnly; SameSite=Strict; Path=/"
