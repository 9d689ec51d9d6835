"""Faults on request: calls that are throttled, fail or take long, a number of times."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.wire import Call

#: What each `kind` means: the error's code, message and HTTP status.
KINDS = {
    "throttle": ("ThrottlingException", "Rate exceeded", 400),
    "deny": ("AccessDeniedException", "You are not authorized to perform this operation.", 400),
    "unavailable": ("ServiceUnavailable", "Service is unavailable.", 503),
    "fail": ("ServerException", "Server error.", 500),
}


#: Seconds that a call may be held back.
MOST_LATENCY = 600.0


def number(value: object, name: str, most: float) -> float:
    """A number from 0 to `most`; ValueError for anything else, so that no time is lost in it."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"{name} must be a number from 0 to {most:g}")
    return float(value)


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of an action (`ecs:RunTask`, `ecs:*`), with `seconds`
    of latency."""

    action: str
    times: int
    seconds: float = 0.0
    code: str = ""
    message: str = ""
    status: int = 400

    @classmethod
    def read(cls, request: Json) -> Fault:
        """From the control interface; ValueError when it makes no sense."""
        kind = request.get("kind", "")
        if kind and kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        code, message, status = KINDS.get(kind, ("", "", 400))
        return cls(
            action=str(request.get("action", "*")),
            times=int(request.get("times", 1)),
            seconds=number(request.get("latency", 0.0), "latency", MOST_LATENCY),
            code=str(request.get("code", code)),
            message=str(request.get("message", message)),
            status=int(request.get("status", status)),
        )


@dataclass(slots=True)
class Refusals:
    """What cannot be had, in any region, until somebody ends it: images that nobody can pull, and
    room for tasks."""

    images: dict[str, str] = field(default_factory=dict)
    tasks: str = ""


class Faults:
    """The faults that are still to strike, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.refusals = Refusals()

    def add(self, fault: Fault) -> None:
        self.pending.append(fault)

    def take(self, call: Call | None) -> Fault | None:
        """The first fault that is meant for this call; it has struck once more now."""
        name = f"{call.service}:{call.operation}" if call else ""
        fault = next((one for one in self.pending if name and fnmatchcase(name, one.action)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.pending.remove(fault)
        return fault

    def clear(self) -> None:
        self.pending.clear()
        self.refusals = Refusals()
