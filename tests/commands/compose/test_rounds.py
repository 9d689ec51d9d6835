"""How many calls a command makes, and how many of them one after the other: exact numbers, since
each round costs what the network does."""

import time
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from bench.recording import Call, rounds
from tests.commands.compose.conftest import World

LATENCY = 0.15  # seconds: calls that go out side by side begin in less


class Recorded:
    """The calls on the wire, each held up a little."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[Call] = []
        send = URLLib3Session.send

        def held(session: URLLib3Session, request: Any) -> Any:
            began = time.monotonic()
            time.sleep(LATENCY)
            try:
                return send(session, request)
            finally:
                self.calls.append(Call("", began, time.monotonic()))

        monkeypatch.setattr(URLLib3Session, "send", held)


def fewest(world: World, recorded: Recorded, *command: str) -> tuple[int, int]:
    """Calls and rounds of a command that only reads: a busy machine adds rounds and takes none."""
    found = []
    for _ in range(3):
        recorded.calls.clear()
        done = world(*command)
        assert done.code == 0, done.err
        found.append((rounds(recorded.calls), len(recorded.calls)))
    chain, calls = min(found)
    return calls, chain


def test_calls_and_rounds_of_what_only_looks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.project()
    recorded = Recorded(monkeypatch)
    assert fewest(world, recorded, "ps") == (3, 1)
    recorded.calls.clear()
    assert world("service", "up").code == 0
    assert fewest(world, recorded, "service", "ps") == (8, 3)
    # tasks of a service are of the same family, and are not kept: nothing is read around them
    assert fewest(world, recorded, "ps") == (5, 2)
    calls, chain = fewest(world, recorded, "service", "up")
    assert calls <= 11
    assert chain <= 6


def test_rounds_are_the_longest_chain() -> None:
    assert rounds([]) == 0
    beside = [Call("a", 0, 2), Call("b", 0, 1), Call("c", 1.5, 3), Call("d", 2, 4)]
    assert rounds(beside) == 2
    assert rounds([*beside, Call("e", 4, 5)]) == 3
