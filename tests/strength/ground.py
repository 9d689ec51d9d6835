"""A user whose calls go through the failing proxy, and how the state of a command is made."""

import time
from collections.abc import Callable, Iterator

import pytest

from ecscli.aws.client import Aws
from tests.conftest import Cli, Result
from tests.copies import Copies
from tests.strength.lab import KEYS, Census, Proxy
from tests.strength.scenes import FILES, SETUPS, Scene

SPEED = 20.0  # pauses are so many times shorter
FAST = 200.0  # and the clock of a wait that will see nothing more is so many times faster


class Ground:
    """A user whose calls go through the proxy, and the sandbox behind it."""

    def __init__(
        self, user: Cli, copies: Copies, proxy: Proxy, hasten: Callable[[float], None]
    ) -> None:
        self.user, self.proxy, self._copies, self._hasten = user, proxy, copies, hasten
        self.census = Census(copies.url)
        self.direct = {
            **KEYS,
            "AWS_ENDPOINT_URL": copies.url,
            "AWS_REGION": "us-east-1",
            "ECS_CLUSTER": "demo",
        }
        self._words: dict[str, str] = {}

    def prepare(self, setup: str) -> None:
        """A sandbox in the state of a setup, which is made once."""
        for old in self.user.directory.glob("ecs-registry-creds_*"):
            old.unlink()
        for name, text in FILES.items():
            self.user.write(name, text)
        self._copies.serve_made(f"strength {setup}", lambda: self._make(setup))
        self._words = self._names()

    def _make(self, setup: str) -> None:
        self._words = self._names()
        for step in SETUPS[setup]:
            if callable(step):
                step(self.census)
            else:
                done = self.user(*self._arguments(step), **self.direct)
                assert done.code == 0, f"{setup}: {step}: {done.err}"

    def _names(self) -> dict[str, str]:
        """What the words of commands stand for in this sandbox."""
        (vpc, *_) = self.census.client("ec2").describe_vpcs()["Vpcs"]
        ecs = self.census.client("ecs")
        demo = ecs.describe_clusters(clusters=["demo"])["clusters"]
        tasks = ecs.list_tasks(cluster="demo")["taskArns"] if demo else []
        return {"VPC": vpc["VpcId"], **({"TASK": tasks[0]} if tasks else {})}

    def run(self, scene: Scene, action: str = "", kind: str = "") -> Result:
        """The command, with this fault at this call."""
        self.proxy.strike(action, kind)
        self._hasten(FAST if kind == "throttled" else 1.0)  # a wait goes on to its limit
        variables = {**self.direct, "AWS_ENDPOINT_URL": self.proxy.url}
        # botocore's own pauses are long
        variables |= {"AWS_MAX_ATTEMPTS": "2"} if kind == "throttled" else {}
        return self.user(*self._arguments(scene.command), **variables)

    def _arguments(self, command: str) -> list[str]:
        return [self._words.get(word, word) for word in command.split()]


@pytest.fixture
def ground(cli: Cli, copies: Copies, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    real = time.sleep

    def quick(seconds: float) -> None:
        real(seconds / SPEED)

    def hasten(times: float) -> None:
        monkeypatch.setattr(Aws.__init__, "__defaults__", (lambda: time.monotonic() * times, quick))

    monkeypatch.setattr(time, "sleep", quick)
    hasten(1.0)
    proxy = Proxy(copies.url)
    yield Ground(cli, copies, proxy, hasten)
    proxy.close()
