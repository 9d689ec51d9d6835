"""The pictures of docs/console.md: every screen of a sandbox in a real browser.

`python -m tests.console.pictures [NAME...]` takes all of them anew, or some.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecscli.aws.client import Aws
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console.api import Api
from ecscli.console.server import Server
from tests.browser import Browser
from tests.conftest import Cli
from tests.console.world import DENIED, EXPIRED, Names, make, refuse, screens
from tests.copies import Copies, opened
from tests.up.snapshot.test_read import CONTAINER, World

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures" / "console"
WIDTH, TALLEST, NARROW = 820, 600, 360
DARK = ("clusters", "service", "task", "task-definition")
PHONE = ("clusters", "services", "service", "task", "balancer")


@contextmanager
def served(copies: Copies) -> Iterator[Server]:
    """The console of a sandbox."""
    flags = Flags(region="us-east-1", sandbox_url=copies.url)
    server = Server(0, Api(Aws(resolve(flags, {"HOME": "/nonexistent"}))), str)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Camera:
    """A browser in front of the console, which takes the pictures that are wanted."""

    def __init__(self, browser: Browser, server: Server, wanted: list[str]) -> None:
        self._browser, self._server, self._wanted = browser, server, wanted
        self._is_open = False
        browser.call("Emulation.setScrollbarsHidden", hidden=True)

    def take(self, name: str, path: str, words: str, *, known: bool = True) -> None:
        """A screen, in the schemes and widths that its name asks for."""
        if self._wanted and name not in self._wanted:
            return
        if known and not self._is_open:
            self._browser.open("about:blank")
            self._browser.open(self._server.address("/"))
            self._browser.wait_for("Clusters")
            self._is_open = True
        if known:
            self._browser.go(path)
        else:
            self._browser.open(self._server.address(path).partition("#")[0])
        self._browser.wait_for(words)
        self._shoot(name, WIDTH, dark=False)
        if name in DARK:
            self._shoot(f"{name}-dark", WIDTH, dark=True)
        if name in PHONE:
            self._shoot(f"{name}-360", NARROW, dark=False)

    def _shoot(self, name: str, width: int, *, dark: bool) -> None:
        self._browser.size(width, TALLEST, dark=dark)
        height = self._browser.run("document.documentElement.scrollHeight")
        self._browser.size(width, min(max(height, 240), TALLEST), dark=dark)
        self._browser.run(
            "document.querySelector('[role=alert]')?.scrollIntoView({block: 'center'})"
        )
        time.sleep(0.3)
        self._browser.picture(PICTURES / f"{name}.png")


def take(copies: Copies, directory: Path, camera: Camera) -> None:
    """All of them: states without data first, then a whole region, then trouble."""
    world = World(Cli(directory, copies.environment, pytest.MonkeyPatch()), copies)
    camera.take("no-session", "/", "open the address", known=False)
    camera.take("no-cluster", "/", "0 clusters")
    world.ecs.create_cluster(clusterName="bare")
    camera.take("empty", "/clusters/bare", "0 services")
    make(world)
    names = Names(world)
    for name, (path, words) in screens(names).items():
        camera.take(name, path, words)
    large = {**CONTAINER, "memory": 100_000, "portMappings": [{"containerPort": 80}]}
    world.ecs.register_task_definition(family="web", containerDefinitions=[large])
    world.ecs.update_service(cluster="demo", service="web", taskDefinition="web:3")
    camera.take("deployments", "/clusters/demo/services/web", "Why it is not steady")
    refuse(world, "iam:*", DENIED)
    camera.take("denied", f"/clusters/demo/instances/{names.instance}", "no permission")
    refuse(world, "*", EXPIRED)
    camera.take("expired", "/clusters/demo", "Try again now")
    camera.take("expired-list", "/stacks", "has expired")


def main(wanted: list[str]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as text:
        directory = Path(text)
        with opened(directory) as copies, served(copies) as server:
            browser = Browser(directory / "profile")
            try:
                take(copies, directory / "work", Camera(browser, server, wanted))
            finally:
                browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
