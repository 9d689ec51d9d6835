"""A user whose calls go through the failing proxy to the sandbox, and the states that a command
starts from."""

import time
from collections.abc import Iterator

import pytest

from ecscli.aws.client import Aws
from ecscli.sandbox import process
from tests.conftest import Cli, Result
from tests.strength.lab import KEYS, Census, Proxy
from tests.strength.scenes import FILES, SETUPS, Scene

SPEED = 20.0  # pauses and waits are so many times shorter


class Ground:
    """A user whose calls go through the proxy, and the sandbox behind it."""

    def __init__(self, user: Cli, url: str, proxy: Proxy) -> None:
        self.user, self.proxy, self.census = user, proxy, Census(url)
        self.direct = {
            **KEYS,
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "ECS_CLUSTER": "demo",
        }
        self._words: dict[str, str] = {}

    def prepare(self, setup: str) -> None:
        """A fresh sandbox in the state of a setup."""
        process.reset(self.user.environment)
        for old in self.user.directory.glob("ecs-registry-creds_*"):
            old.unlink()
        for name, text in FILES.items():
            self.user.write(name, text)
        self._words = {"VPC": self.census.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]}
        for step in SETUPS[setup]:
            if callable(step):
                step(self.census)
            else:
                done = self.user(*self._arguments(step), **self.direct)
                assert done.code == 0, f"{setup}: {step}: {done.err}"
        if setup == "task":
            self._words["TASK"] = self.census.client("ecs").list_tasks(cluster="demo")["taskArns"][
                0
            ]

    def run(self, scene: Scene, action: str = "", kind: str = "") -> Result:
        """The command, with this fault at this call."""
        self.proxy.strike(action, kind)
        limit = (
            ("--timeout", "0.1") if scene.waits and kind in ("throttled", "page", "empty") else ()
        )
        variables = {**self.direct, "AWS_ENDPOINT_URL": self.proxy.url}
        variables |= (
            {"AWS_MAX_ATTEMPTS": "2"} if kind == "throttled" else {}
        )  # botocore's own pauses are long
        return self.user(*self._arguments(scene.command), *limit, **variables)

    def _arguments(self, command: str) -> list[str]:
        return [self._words.get(word, word) for word in command.split()]


@pytest.fixture
def ground(sandbox: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    real = time.sleep

    def quick(seconds: float) -> None:
        real(seconds / SPEED)

    monkeypatch.setattr(time, "sleep", quick)
    monkeypatch.setattr(Aws.__init__, "__defaults__", (time.monotonic, quick))
    url = process.ensure(sandbox.environment)
    sandbox.environment.pop("ECSCLI_SANDBOX")
    proxy = Proxy(url)
    yield Ground(sandbox, url, proxy)
    proxy.close()
