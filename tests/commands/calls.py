"""What commands ask of AWS: the calls noted and held up at our own door, and answers lost on the
wire."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from ecscli.aws.client import Aws

READS = re.compile(r"^(?:[a-z0-9-]+\.(?:describe|get|list|batch_get|simulate)_|sts\.)")


class Calls:
    """What the door to AWS is asked for, in order; `before` is called ahead of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        self.before: Callable[[str, int], None] = lambda name, number: None
        call, pages = Aws.call, Aws.pages

        def noted_call(
            aws: Aws, service: str, operation: str, /, **parameters: Any
        ) -> dict[str, Any]:
            self.note(service, operation)
            return call(aws, service, operation, **parameters)

        def noted_pages(
            aws: Aws, service: str, operation: str, key: str, /, **parameters: Any
        ) -> Iterator[Any]:
            self.note(service, operation)
            return pages(aws, service, operation, key, **parameters)

        monkeypatch.setattr(Aws, "call", noted_call)
        monkeypatch.setattr(Aws, "pages", noted_pages)

    def note(self, service: str, operation: str) -> None:
        self.names.append(f"{service}.{operation}")
        self.before(self.names[-1], self.names.count(self.names[-1]))

    @property
    def writes(self) -> set[str]:
        return {name for name in self.names if not READS.match(name)}


def lose_answer(monkeypatch: pytest.MonkeyPatch, operation: str) -> list[str]:
    """AWS carries out the next call of that operation, and the connection breaks before its answer
    has come."""
    send, lost = URLLib3Session.send, list[str]()

    def broken(session: URLLib3Session, request: Any) -> Any:
        answer = send(session, request)
        body = request.body or b""
        text = body.decode() if isinstance(body, bytes) else str(body)
        target = request.headers.get("X-Amz-Target", b"")
        named = target.decode() if isinstance(target, bytes) else str(target)
        if not lost and (named.endswith(f".{operation}") or f"Action={operation}&" in text):
            lost.append(operation)
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    monkeypatch.setattr(URLLib3Session, "send", broken)
    return lost
