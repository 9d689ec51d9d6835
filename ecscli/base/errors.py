"""The error tree: what went wrong, where, and what to do; the class carries the exit code.

EcsCliError                 1   root; show() gives the lines a person reads
├── UsageError              2   a command line that is not one
├── InputError              2   Compose, ecs-params, infra YAML, flags: one or many findings
├── ChangesPending          3   `plan` found differences
├── AccessError             4   no, expired or insufficient credentials; the wrong account
├── DeploymentError         5   rolled back, never stable, a task failed, timed out
├── AwsError                1   anything else that AWS refused
├── Bug                     1   an exception that nobody expected
└── Interrupted           130   Ctrl-C: nothing is deleted
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ecscli.base.marks import Mark


def shorten(text: str, length: int = 60) -> str:
    """A text of the user's as a message quotes it: cut where it is long."""
    return text if len(text) <= length else text[: length - 3] + "..."


class Finding(NamedTuple):
    """One thing that is wrong: where it stands (a Mark, an ARN or nothing), what to write instead,
    and the key that it is about, with which the message begins; empty for none."""

    message: str
    where: Mark | str | None = None
    hint: str | None = None
    key: str = ""

    @classmethod
    def about(
        cls, key: str, message: str, where: Mark | str | None = None, hint: str | None = None
    ) -> Finding:
        """A finding about one key, such as `services.web.ports`; an empty one is none."""
        return cls(f"{key}: {message}" if key else message, where, hint, key)

    @property
    def statement(self) -> str:
        """The message without the key."""
        return self.message.removeprefix(f"{self.key}: ") if self.key else self.message

    def lines(self) -> Iterator[str]:
        yield f"{self.where}: {self.message}" if self.where else self.message
        if self.hint:
            yield f"  hint: {self.hint}"


class EcsCliError(Exception):
    """Root of everything that ecscli raises on purpose; `kind` is its name in JSON."""

    exit_code = 1
    kind = "error"

    def __init__(
        self,
        message: str,
        where: Mark | str | None = None,
        hint: str | None = None,
        reasons: Iterable[str] = (),
    ) -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint
        self.reasons = tuple(reasons)

    def lines(self) -> Iterator[str]:
        """The lines to show on stderr: what, with its place in front; the reasons; what to do."""
        first, *rest = Finding(self.message, self.where, self.hint).lines()
        yield first
        yield from (f"  {reason}" for reason in self.reasons)
        yield from rest


class UsageError(EcsCliError):
    """The command line has a word or an option that there is not."""

    exit_code = 2
    kind = "usage"


class Bug(EcsCliError):
    """An exception that nobody expected."""

    kind = "bug"


class InputError(EcsCliError):
    """Something that the user wrote is wrong; holds every finding of the run."""

    exit_code = 2
    kind = "input"

    def __init__(
        self, message: str, where: Mark | str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, where, hint)
        self.findings: tuple[Finding, ...] = (Finding(message, where, hint),)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> InputError:
        """One error for several findings (at least one), shown together in the given order."""
        found = tuple(dict.fromkeys(findings))
        error = cls(found[0].message, found[0].where, found[0].hint)
        error.findings = found
        return error

    def lines(self) -> Iterator[str]:
        for finding in self.findings:
            yield from finding.lines()


class ChangesPending(EcsCliError):
    """A plan found differences between what is wanted and what is live."""

    exit_code = 3
    kind = "pending"


class AccessError(EcsCliError):
    """Credentials are missing, expired, insufficient, or those of another account; `code` is AWS's,
    where AWS refused them."""

    exit_code = 4
    kind = "access"

    def __init__(
        self,
        message: str,
        where: Mark | str | None = None,
        hint: str | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message, where, hint)
        self.code = code


class DeploymentError(EcsCliError):
    """A deployment or task did not end well; `reasons` are ranked, the likeliest first."""

    exit_code = 5
    kind = "deployment"


class AwsError(EcsCliError):
    """AWS refused a call: `operation` and `code` as botocore names them."""

    kind = "aws"

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        operation: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.operation, self.code, self.request_id = operation, code, request_id

    def lines(self) -> Iterator[str]:
        what = ": ".join(part for part in (self.operation, self.code, self.message) if part)
        request = f" (request id {self.request_id})" if self.request_id else ""
        yield from Finding(what + request, self.where, self.hint).lines()


class Interrupted(EcsCliError):
    """Ctrl-C: the message says what goes on at AWS, the hint how to resume or cancel."""

    exit_code = 130
    kind = "interrupted"
