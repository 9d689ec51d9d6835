"""Stories of the screens in a real browser: each of them in 360 pixels, a panel that may not be
read, an update step by step, and texts that would like to be scripts."""

from collections.abc import Iterator

import pytest

from ecscli.base.records import replace
from ecscli.console.server import Server
from ecscli.up.snapshot.model import Snapshot
from tests.browser import BROWSER, NO_BROWSER, Browser, browser
from tests.conftest import Cli
from tests.console.pictures import served
from tests.console.test_states import Given, give, given, server, unnamed
from tests.console.world import DENIED, LINES, Names, make, refuse, screens
from tests.copies import Copies
from tests.up.snapshot.test_read import World
from tests.watch.scene import SERVICES, SNAPSHOT, ago, deployment

__all__ = ["browser", "given", "server"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER),
    pytest.mark.timeout(600),
]
WIDEST = "document.documentElement.scrollWidth"


@pytest.fixture
def world(sandbox: Cli, copies: Copies) -> World:
    found = World(sandbox, copies)
    copies.serve_made("the console's region", lambda: make(found))
    return found


@pytest.fixture
def live(world: World, copies: Copies) -> Iterator[Server]:
    """The console of the whole region."""
    with served(copies) as found:
        yield found


def test_every_screen_in_360_pixels(browser: Browser, live: Server, world: World) -> None:
    names = Names(world)
    browser.size(360, 700)
    browser.open(live.address("/"))
    browser.wait_for("demo")
    for name, (path, words) in screens(names).items():
        browser.go(path)
        browser.wait_for(words)
        assert browser.run(WIDEST) <= 360, name
        assert unnamed(browser) == [], name
        assert "In a terminal: " in browser.text, name
        assert "hunter2" not in browser.text, name
        assert browser.run("document.querySelectorAll('main script').length") == 0
    assert browser.said == []
    browser.go(screens(names)["task"][0])
    browser.wait_for(LINES[1])
    refuse(world, "iam:*", DENIED, times=1)
    browser.go(f"/clusters/demo/instances/{names.instance}")
    browser.wait_for("no permission for iam:GetInstanceProfile")
    browser.wait_for("DB_PASSWORD=***")
    assert browser.run(WIDEST) <= 360
    browser.click("Try again")
    browser.wait_for("AmazonEC2ContainerServiceforEC2Role")


def step(new: tuple[int, int], old: int, rollout: str = "IN_PROGRESS") -> Snapshot:
    """An update of `web`: running and pending tasks of the new deployment, running of the old."""
    running, pending = new
    rows = [deployment("web", 2, running=running, pending=pending, rollout=rollout, created=ago(9))]
    if old:
        rows.append(deployment("web", 1, status="ACTIVE", running=old))
    state = "steady" if rollout == "COMPLETED" else "deploying"
    one = replace(SERVICES[1], state=state, deployments=tuple(rows), running=running + old)
    return replace(SNAPSHOT, services=(one,))


def test_an_update_is_seen_step_by_step(browser: Browser, server: Server, given: Given) -> None:
    give(given, step((0, 2), 2))
    browser.open(server.address("/clusters/demo/services/web"))
    for state, now, words in (
        (step((0, 2), 2), "new tasks start", "0 running, 2 pending, 2 wanted"),
        (step((1, 1), 2), "new tasks run", "1 running, 1 pending, 2 wanted"),
        (step((2, 0), 1), "old tasks drain", "2 running, 0 pending, 2 wanted"),
        (step((2, 0), 0), "old tasks are gone", "2 running, 0 pending, 2 wanted"),
    ):
        give(given, state)
        browser.wait_for(f"▶ {now}")
        browser.wait_for(words)
    assert browser.run("document.querySelectorAll('.chart.bars .running').length") == 1
    give(given, step((2, 0), 0, "COMPLETED"))
    browser.wait_for("✓ steady")
    assert "▶" not in browser.text
    assert browser.run("performance.getEntriesByType('navigation').length") == 1


def test_lists_sort_filter_and_compare(browser: Browser, live: Server) -> None:
    browser.open(live.address("/task-definitions/web"))
    browser.wait_for("2 revisions")
    browser.wait_for("+ containerDefinitions[app].image: nginx:1.29")
    browser.run(
        "(() => { const one = document.querySelector('select[name=to]'); one.value = '1';"
        " one.dispatchEvent(new Event('change')); })()"
    )
    browser.wait_for("web:1 on both sides")
    assert browser.run("location.search") == "?from=1&to=1"
    browser.click("Stacks")
    browser.wait_for("1 stack")
    browser.click("shop")
    browser.wait_for("where the shop writes")
    assert browser.run("document.title") == "shop · ecscli console"
