"""The console and `watch` with 200 services and 2,000 tasks: the size of a state and of a patch,
and the time to make them and to draw them, in a terminal and in a headless Chromium."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.compare import report
from ecscli.aws.client import Aws
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console.api import Api
from ecscli.console.feed import Feed
from ecscli.console.patches import patch, state_of
from ecscli.console.server import Server
from ecscli.up.snapshot.model import (
    ClusterState,
    DeploymentState,
    EventState,
    ServiceState,
    Snapshot,
    TaskState,
)
from ecscli.watch.picture import picture
from ecscli.workflows.watch import Watching
from tests.browser import BROWSER, Browser

SERVICES, EACH, CHANGED, ROUNDS = 200, 10, 100, 15
NOW = datetime(2026, 11, 27, 20, 14, 5, tzinfo=UTC)
# Milliseconds of every piece of script that holds the page up for more than 50
LONG = """
window.long = [];
new PerformanceObserver(list => long.push(...list.getEntries().map(one => one.duration)))
  .observe({type: "longtask"});
"""


def service(number: int) -> ServiceState:
    name, revision = f"service-{number:03}", f"service-{number:03}:7"
    deployment = DeploymentState(
        f"ecs-svc/{number}", name, "PRIMARY", revision, EACH, EACH, 0, 0, "COMPLETED", "", NOW
    )
    return ServiceState(name, "steady", "FARGATE", EACH, EACH, 0, revision, NOW, (deployment,))


def task(number: int, changes: int = 0) -> TaskState:
    name = f"service-{number % SERVICES:03}"
    return TaskState(
        id=f"{number:032x}",
        service=name,
        group=f"service:{name}",
        revision=f"{name}:7",
        status="RUNNING" if changes % 2 == 0 else "PENDING",
        desired="RUNNING",
        health="HEALTHY",
        place="eu-central-1a",
        ports="10.0.1.17",
        created=NOW,
        changed=NOW + timedelta(seconds=changes),
        stopped=None,
        reason="",
    )


def snapshot(changes: int = 0) -> Snapshot:
    """The cluster after so many changes of a hundred tasks each."""
    count = SERVICES * EACH
    tasks = (task(number, changes if number < CHANGED else 0) for number in range(count))
    cluster = ClusterState("large", "ACTIVE", "eu-central-1", "123456789012", 0, SERVICES, count)
    events = tuple(
        EventState(f"{number}", NOW, f"service-{number:03}", "has reached a steady state.")
        for number in range(100)
    )
    return Snapshot(NOW, cluster, tuple(map(service, range(SERVICES))), tuple(tasks), (), events)


class Changing(Watching):
    """A view that changes when it is told to."""

    def __init__(self) -> None:
        self.pause, self.changes = 0.02, 0

    def look(self, *, whole: bool = False) -> Snapshot:
        return snapshot(self.changes)


def milliseconds(what: Callable[[], object]) -> float:
    """The median of some runs."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        what()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def in_process() -> dict[str, float]:
    first, second = snapshot(), snapshot(1)
    state, later = state_of(first), state_of(second)
    change = patch(state, later)
    return {
        "state, kB": len(json.dumps(state)) / 1000,
        "state, ms": milliseconds(lambda: state_of(first)),
        "patch of 100 tasks, kB": len(json.dumps(change)) / 1000,
        "patch of 100 tasks, ms": milliseconds(lambda: patch(state, later)),
        "picture of 120x40, ms": milliseconds(lambda: picture(first, 120, 40)),
    }


def in_browser(directory: Path) -> dict[str, float]:
    flags = Flags(region="eu-central-1", sandbox_url="http://127.0.0.1:9")
    api, watching = Api(Aws(resolve(flags, {"HOME": str(directory)}))), Changing()
    api.feed = Feed(lambda cluster: watching)
    server = Server(0, api, str)
    server.start()
    browser = Browser(directory / "profile")
    try:
        return measured(browser, server, watching)
    finally:
        browser.close()
        server.stop()


def measured(browser: Browser, server: Server, watching: Changing) -> dict[str, float]:
    browser.open(server.address("/clusters/large/tasks"))
    start, times = time.perf_counter(), []
    browser.wait_for(f"{SERVICES * EACH} tasks")
    first = (time.perf_counter() - start) * 1000
    browser.run(LONG)
    for number in range(1, ROUNDS + 1):
        is_pending = str(bool(number % 2)).lower()
        start, watching.changes = time.perf_counter(), number
        while not browser.run(f"document.body.textContent.includes('PENDING') === {is_pending}"):
            time.sleep(0.005)
        times.append((time.perf_counter() - start) * 1000)
    return {
        "first picture, ms": first,
        "change until it is read, ms": statistics.median(times),
        "longest hold-up of the page, ms": max(browser.run("long"), default=0),
    }


def main() -> None:
    size = f"{SERVICES} services, {SERVICES * EACH} tasks"
    report(f"Console and watch: {size}", in_process(), {})
    if BROWSER is not None:
        with tempfile.TemporaryDirectory() as directory:
            found = in_browser(Path(directory))
        report(f"Console in Chromium: {size}", found, {"first picture, ms": 1000})


if __name__ == "__main__":
    main()
