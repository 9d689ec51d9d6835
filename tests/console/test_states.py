"""The screens in a real browser in states that are given: stale, denied, gone, hostile logs; in 360
pixels, by keyboard, and for those who do not see them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecscli.aws.client import Aws
from ecscli.base.records import replace
from ecscli.config.precedence import resolve
from ecscli.console.api import Api
from ecscli.console.feed import MOST_STREAMS, Feed
from ecscli.console.server import Server
from ecscli.up.snapshot.model import Snapshot
from tests.browser import BROWSER, NO_BROWSER, Browser, browser
from tests.conftest import private_environment
from tests.console.test_feed import Scripted
from tests.console.test_server import NOWHERE
from tests.watch.scene import SNAPSHOT
from tests.watch.test_picture import DENIED, GONE, STALE

__all__ = ["browser"]
LOG = ["</pre><script>document.title = 'owned'</script>", "\x1b[31mred\u202e", "x" * 500]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER),
    pytest.mark.timeout(600),
]


class Given(Scripted):
    """A view of a given state, with given reasons and log lines, which may have to be waited
    for."""

    def __init__(self, looks: list[Snapshot | Exception]) -> None:
        super().__init__(looks)
        self.may_answer, self.reads = threading.Event(), 0
        self.may_answer.set()

    def why(self, service: str) -> Iterator[str]:
        yield f"no reason is known for {service}"

    def logs(self, service: str) -> list[str]:
        self.reads += 1
        self.may_answer.wait(60)
        return LOG


@pytest.fixture
def given() -> Given:
    return Given([SNAPSHOT])


@pytest.fixture
def server(tmp_path: Path, given: Given) -> Iterator[Server]:
    api = Api(Aws(resolve(NOWHERE, private_environment(tmp_path))))
    api.feed = Feed(lambda cluster: given)
    found = Server(0, api, str)
    found.start()
    yield found
    found.stop()


def unnamed(browser: Browser) -> list[str]:
    """What can be used or measured on the page, and has no name."""
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = ("button", "link", "searchbox", "textbox", "meter", "navigation", "region")
    return [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] in roles
        and not node.get("name", {}).get("value")
    ]


def test_every_state_in_360_pixels_with_names_for_all(
    browser: Browser, server: Server, given: Given
) -> None:
    browser.size(360, 700)
    browser.open(server.address("/clusters/demo"))
    for screen, words in (
        ("", "why?"),
        ("/tasks", "RUNNING → STOPPED"),
        ("/instances", "DISCONNECTED"),
        ("/events", "has started"),
        ("/services/worker", "no reason is known for worker"),
        ("/services/web", "old tasks drain"),
        ("/tasks?status=running", "6 tasks"),
    ):
        browser.open(server.address(f"/clusters/demo{screen}"))
        browser.wait_for(words)
        assert browser.run("document.documentElement.scrollWidth") <= 360, screen
        assert unnamed(browser) == [], screen
    for state, words in (
        (STALE, "the token has expired"),
        (DENIED, "container instances could not be read: no right"),
        (GONE, "This cluster is gone"),
    ):
        give(given, state)
        browser.open(server.address("/clusters/demo"))
        browser.wait_for(words)
        assert browser.run("document.documentElement.scrollWidth") <= 360, words
    # panels with reads of their own: there is no AWS behind this server
    assert [one for one in browser.said if "502 (Bad Gateway)" not in one] == []


def give(given: Given, state: Snapshot) -> None:
    given.looks, given.count = [state], 0


def test_log_lines_do_not_act(browser: Browser, server: Server) -> None:
    browser.open(server.address("/clusters/demo/services/web/logs"))
    browser.wait_for(LOG[0])
    assert browser.run("document.title") == "Logs of web · ecscli console"
    assert browser.run("document.querySelectorAll('main script').length") == 0


def test_what_has_the_focus_keeps_it(browser: Browser, server: Server, given: Given) -> None:
    browser.open(server.address("/clusters/demo/services"))
    browser.wait_for("4 services")
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="/", text="/" * (kind == "keyDown"))
    assert browser.run("document.activeElement.type") == "search"
    browser.call("Input.insertText", text="ap")
    browser.wait_for("1 of 4 services")
    give(given, replace(SNAPSHOT, services=SNAPSHOT.services[1:]))
    browser.wait_for("1 of 3 services")
    assert browser.run("document.activeElement.type") == "search"
    assert browser.run("document.activeElement.value") == "ap"
    browser.click("Tasks")
    browser.wait_for("RUNNING → STOPPED")
    assert browser.run("document.querySelector('[type=search]').value") == ""


def test_rows_behind_one_that_goes_keep_the_focus(
    browser: Browser, server: Server, given: Given
) -> None:
    browser.open(server.address("/clusters/demo/services"))
    browser.wait_for("4 services")
    browser.run("[...document.querySelectorAll('tbody tr')].at(-1).querySelector('a').focus()")
    focused = browser.run("document.activeElement.innerText")
    first = browser.run("document.querySelector('tbody tr').dataset.key")
    left = tuple(one for one in SNAPSHOT.services if one.name != first)
    give(given, replace(SNAPSHOT, services=left))
    browser.wait_for("3 services")
    assert browser.run("document.activeElement.innerText") == focused != first
    give(given, SNAPSHOT)
    browser.wait_for("4 services")
    for mark in "▲▼":
        browser.run("document.querySelector('th button').click()")
        browser.wait_for(f"Service {mark}")
    assert browser.run("document.activeElement.innerText") == focused


FEEDS = "performance.getEntriesByName(location.origin + '/api/feed?cluster=demo').length"


def test_one_window_too_many_says_so_and_waits(browser: Browser, server: Server) -> None:
    for _ in range(MOST_STREAMS):
        assert server.take_stream()
    browser.open(server.address("/clusters/demo/services"))
    browser.wait_for("Too many windows show a cluster")
    browser.run("new Promise(done => setTimeout(done, 1000))")
    assert browser.run(FEEDS) <= 2
    for _ in range(MOST_STREAMS):
        server.give_stream()
    browser.wait_for("4 services")
    assert "Too many" not in browser.text


def hide(browser: Browser, hidden: str) -> None:
    browser.run(
        f"Object.defineProperty(document, 'hidden', {{value: {hidden}, configurable: true}});"
        " document.dispatchEvent(new Event('visibilitychange'))"
    )


def test_a_hidden_tab_holds_no_stream(browser: Browser, server: Server, given: Given) -> None:
    browser.open(server.address("/clusters/demo/services"))
    browser.wait_for("4 services")
    hide(browser, "true")
    give(given, replace(SNAPSHOT, services=SNAPSHOT.services[1:]))
    browser.run("new Promise(done => setTimeout(done, 500))")
    assert "4 services" in browser.text
    hide(browser, "false")
    browser.wait_for("3 services")


def test_logs_are_read_one_look_at_a_time(browser: Browser, server: Server, given: Given) -> None:
    given.may_answer.clear()
    browser.open(server.address("/clusters/demo/services/web/logs"))
    browser.wait_for("Log of the newest task")
    for _ in range(5):
        hide(browser, "false")
    browser.run("new Promise(done => setTimeout(done, 300))")
    given.may_answer.set()
    browser.wait_for(LOG[0])
    assert given.reads == 1


def test_without_scripts_the_commands_are_there(browser: Browser, server: Server) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(server.address("/clusters/demo"))
    found = ""
    for _ in range(100):
        nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
        found = " ".join(str(node.get("name", {}).get("value", "")) for node in nodes)
        if "ecscli watch" in found:
            break
    assert "The console needs JavaScript" in found
