"""Each call of a session -> a line: service, operation, status, duration. Nothing of what was sent
or answered is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecscli.aws.attempts import Say
from ecscli.base.documents import Document

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.session import Session

STARTED = "ecscli_started"  # seconds, in botocore's context of a call
MILLISECONDS = 1000


def trace_calls(session: Session, trace: Say, clock: Callable[[], float]) -> None:
    """Call `trace` with a line once each call of the session has ended, its repetitions counted in
    its duration."""

    def begin(context: dict[str, Any], **_: object) -> None:
        context[STARTED] = clock()

    def end(model: OperationModel, parsed: Document, context: Document, **_: object) -> None:
        status = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        outcome = f"{status} {parsed.get('Error', {}).get('Code', '')}".strip()
        report(model.name, model.service_model.service_name, outcome, context)

    def fail(exception: Exception, context: Document, event_name: str, **_: object) -> None:
        service, operation = event_name.split(".")[1:]
        report(operation, service, type(exception).__name__, context)

    def report(operation: str, service: str, outcome: str, context: Document) -> None:
        took = (clock() - context.get(STARTED, clock())) * MILLISECONDS
        trace(f"aws {service} {operation}: {outcome}, {took:.0f} ms")

    handlers: dict[str, Callable[..., Any]] = {
        "before-call": begin,
        "after-call": end,
        "after-call-error": fail,
    }
    for event, handler in handlers.items():
        session.register(event, handler)
