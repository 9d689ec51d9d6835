"""Health checks of targets that are really there: a group's settings in, states with AWS's reasons
out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from ecscli.sandbox.balancers.application import FAILURES, linked
from ecscli.sandbox.balancers.document import Check, Group, Target
from ecscli.sandbox.balancers.exchanges import Answer, IdleTimeout, Link
from ecscli.sandbox.balancers.heads import Head, value

#: Seconds that a process has to start, whatever the pace: until then no failure counts.
PATIENCE = 10.0
#: Seconds between two checks at least.
LEAST = 0.1


class State(NamedTuple):
    """The state of a target, with the reason and its description as DescribeTargetHealth has
    them."""

    state: str
    reason: str | None = None
    description: str | None = None


INITIAL = State("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
HEALTHY = State("healthy")
TIMEOUT = State("unhealthy", "Target.Timeout", "Request timed out")
FAILED = State("unhealthy", "Target.FailedHealthChecks", "Health checks failed")


def mismatch(code: str) -> State:
    words = f"Health checks failed with these codes: [{code}]"
    return State("unhealthy", "Target.ResponseCodeMismatch", words)


class Verdict:
    """What the checks of one target have found so far."""

    def __init__(self, began: float) -> None:
        self.began, self.state = began, INITIAL
        self._row = 0  # equal results one after the other: passes above 0, failures below

    def note(self, found: State, check: Check, now: float) -> None:
        """A new target is healthy by its first pass; afterwards the thresholds decide."""
        if found == HEALTHY:
            self._row = max(self._row, 0) + 1
            if self.state == INITIAL or self._row >= check.healthy:
                self.state = HEALTHY
            return
        if self.state == INITIAL and now - self.began < PATIENCE:
            return
        self._row = min(self._row, 0) - 1
        if -self._row >= check.unhealthy or self.state.state == "unhealthy":
            self.state = found


def has_code(codes: str, code: int) -> bool:
    """Whether a code is one of `200,202` or `200-299`."""
    ranges = (one.partition("-") for one in codes.split(","))
    return any(int(low) <= code <= int(high or low) for low, _, high in ranges)


async def probe(group: Group, target: Target) -> State:
    """One check of a target."""
    assert group.check
    assert target.checked_at
    try:
        async with asyncio.timeout(group.check.timeout):
            if group.check.protocol in ("HTTP", "HTTPS"):
                return await ask(group, replace(target, address=target.checked_at))
            _, writer = await asyncio.open_connection(*target.checked_at)
            writer.close()
            return HEALTHY
    except FAILURES as error:
        return TIMEOUT if isinstance(error, TimeoutError) else FAILED


async def ask(group: Group, target: Target) -> State:
    """A GET, or a call of gRPC, whose code must be one of the group's."""
    assert group.check
    assert target.address
    is_grpc = group.version == "GRPC"
    host, port = target.address
    fields = [(b"Host", f"{host}:{port}".encode()), (b"User-Agent", b"ELB-HealthChecker/2.0")]
    if is_grpc:
        fields.append((b"Content-Type", b"application/grpc"))
    path, _, query = group.check.path.partition("?")
    head = Head("POST" if is_grpc else "GET", "http", host, path, query, tuple(fields), "", port)
    link = await linked(replace(group, protocol=group.check.protocol), target, IdleTimeout(None))
    try:
        await link.ask(head, has_body=is_grpc)
        if is_grpc:
            await link.send(bytes(5))  # an empty message
        await link.finish()
        answer = await link.answer()
        code = await grpc_status(link, answer) if is_grpc else answer.status
    finally:
        link.close()
    return HEALTHY if has_code(group.check.codes, code) else mismatch(str(code))


async def grpc_status(link: Link, answer: Answer) -> int:
    """The status of a call, in its trailers, or in its head where it has no body; 2 is unknown."""
    async for _ in link.body():
        pass
    found = value(link.trailers, b"grpc-status") or value(answer.fields, b"grpc-status")
    return int(found) if found.isdecimal() else 2


async def watch(
    find: Callable[[], tuple[float, Group, Target] | None], note: Callable[[State], None]
) -> None:
    """Check a target as long as it is there. `find` gives the pace, its group and itself."""
    verdict = Verdict(time.monotonic())
    while (found := find()) is not None:
        pace, group, target = found
        assert group.check
        verdict.note(await probe(group, target), group.check, time.monotonic())
        note(verdict.state)
        await asyncio.sleep(max(group.check.interval * pace, LEAST))
