"""The passwords of `docker login`, as ECR's authorization tokens carry them: made for the registry
of an account in a region, and checked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

USER = "AWS"
#: Seconds that a token is valid: "valid for 12 hours" (GetAuthorizationToken).
LASTING = 12 * 3600
#: Of this process: tokens of another sandbox open nothing.
KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Grant:
    """Whose registry a token opens, and until when (seconds since the epoch)."""

    account: str
    region: str
    expires: float


def password(account: str, region: str, now: float | None = None) -> str:
    """A password for the registry of an account in a region."""
    expires = (time.time() if now is None else now) + LASTING
    text = json.dumps([account, region, expires]).encode()
    return f"{base64.urlsafe_b64encode(text).decode()}.{signature(text)}"


def granted(header: str, now: float | None = None) -> Grant | None:
    """What an Authorization header opens; None where it is none of ours, or has expired."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, given = base64.b64decode(encoded, validate=True).decode().partition(":")
        text, _, signed = given.partition(".")
        plain = base64.urlsafe_b64decode(text)
    except ValueError:
        return None
    if user != USER or not hmac.compare_digest(signature(plain).encode(), signed.encode()):
        return None
    found = Grant(*json.loads(plain))
    return found if found.expires > (time.time() if now is None else now) else None


def signature(text: bytes) -> str:
    return hmac.new(KEY, text, hashlib.sha256).hexdigest()
