"""Credentials that are lent to containers: temporary ones of a role, or the caller's own."""

from __future__ import annotations

import getpass
import re
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecscli.base.errors import AccessError, AwsError, EcsCliError
from ecscli.endpoint.facts import Credentials

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

#: Seconds that credentials are left when they are replaced by new ones, and that new ones last.
RENEWED, LASTING = 600, 3600
ME = "arn:aws:sts::me"  # in the place of a role: the caller's own
NO_NAME = re.compile(r"[^\w+=,.@-]")
LONGEST_NAME = 64


class Lender:
    """Credentials by role, each kept until it is nearly over; safe to use from threads."""

    def __init__(self, aws: Aws, first: Mapping[str, Credentials]) -> None:
        self.aws, self._kept = aws, dict(first)
        self._lock = threading.Lock()

    def __call__(self, role: str) -> Credentials | None:
        with self._lock:
            kept = self._kept.get(role)
            if kept is None or kept.expiration - time.time() < RENEWED:
                try:
                    kept = self._kept[role] = lend(self.aws, role)
                except EcsCliError:
                    return kept if kept and kept.expiration > time.time() else None
            return kept


def lend(aws: Aws, role: str) -> Credentials:
    """Temporary credentials. Raises AccessError where the role does not trust the caller."""
    return own(aws) if role == ME else assume(aws, role)


def assume(aws: Aws, role: str) -> Credentials:
    """Those of a role, for an hour."""
    request = {"RoleArn": role, "RoleSessionName": session_name(), "DurationSeconds": LASTING}
    try:
        answer = aws.call("sts", "assume_role", **request)
    except (AccessError, AwsError) as error:
        if getattr(error, "code", "") not in ("AccessDenied", "AccessDeniedException"):
            raise
        raise _untrusting(aws, role) from None
    return _from_sts(role, answer["Credentials"])


def _untrusting(aws: Aws, role: str) -> AccessError:
    caller = str(aws.call("sts", "get_caller_identity")["Arn"])
    statement = (
        '{"Effect": "Allow", "Principal": {"AWS": "' + caller + '"}, "Action": "sts:AssumeRole"}'
    )
    return AccessError(
        f"the role {role} may not be assumed by {caller}",
        hint=f"add to its trust policy {statement}, or choose --role me or none",
    )


def own(aws: Aws) -> Credentials:
    """The caller's own: temporary ones as they are, long-lived keys in exchange for a session of an
    hour."""
    found = aws.credentials()
    arn = str(aws.call("sts", "get_caller_identity")["Arn"])
    if found.token:
        expiry = found.expires or time.time() + LASTING
        return Credentials(arn, found.access_key, found.secret_key, found.token, expiry)
    answer = aws.call("sts", "get_session_token", DurationSeconds=LASTING)
    return _from_sts(arn, answer["Credentials"])


def _from_sts(role: str, answer: Mapping[str, Any]) -> Credentials:
    return Credentials(
        role,
        answer["AccessKeyId"],
        answer["SecretAccessKey"],
        answer["SessionToken"],
        answer["Expiration"].timestamp(),
    )


def session_name() -> str:
    """Who asks, as CloudTrail shows it."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "user"
    return NO_NAME.sub("-", f"ecscli-local-{user}")[:LONGEST_NAME]
