"""The console in a real browser: a rolling update seen live, hostile names, other origins, a server
that goes and comes.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ecscli.aws.client import Aws
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console.api import Api
from ecscli.console.server import Server
from tests.browser import BROWSER, NO_BROWSER, Browser, browser
from tests.conftest import Cli
from tests.copies import Copies
from tests.up.snapshot.test_read import World

__all__ = ["browser"]
HOSTILE = "<img src=x onerror=document.title='owned'>"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER),
    pytest.mark.timeout(600),
]


@pytest.fixture
def world(sandbox: Cli, copies: Copies) -> World:
    found = World(sandbox, copies)
    copies.serve_made("2 services", lambda: found.make_services(2, 2))
    return found


def started(world: World, port: int = 0) -> Server:
    flags = Flags(region="us-east-1", sandbox_url=world.ecs.meta.endpoint_url)
    aws = Aws(resolve(flags, {"HOME": "/nonexistent"}))
    server = Server(port, Api(aws), str)
    server.start()
    return server


def stop(server: Server) -> None:
    server.stop()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    found = started(world)
    yield found
    stop(found)


def test_a_rolling_update_is_seen_live(browser: Browser, server: Server, world: World) -> None:
    browser.size(1100, 700)
    browser.open(server.address("/"))
    browser.wait_for("demo")
    browser.click("demo")
    browser.wait_for("✓ steady")
    assert browser.run("location.hash") == ""
    browser.click("s0")
    browser.wait_for("app:1 PRIMARY")
    world.register("nginx:2")
    world.ecs.update_service(cluster="demo", service="s0", taskDefinition="app:2")
    browser.wait_for("app:2 PRIMARY")
    browser.wait_for("✓ steady")
    for tab, words in (("Tasks", "app:2"), ("Instances", "t3.large"), ("Events", "has started")):
        browser.click("demo")
        browser.wait_for("Services")
        browser.click(tab)
        browser.wait_for(words)
    browser.run(
        "(() => { const one = document.querySelector('[type=search]'); one.value = 's1';"
        " one.dispatchEvent(new Event('input')); })()"
    )
    browser.wait_for("of 8 events" if "of 8 events" in browser.text else " of ")
    browser.size(360, 700)
    assert browser.run("document.documentElement.scrollWidth") <= 360
    assert browser.said == []


def test_names_of_others_are_text(browser: Browser, server: Server, world: World) -> None:
    world.ecs.run_task(cluster="demo", taskDefinition="app", group=HOSTILE)
    browser.open(server.address("/clusters/demo/tasks"))
    browser.wait_for(HOSTILE)
    browser.click("demo")
    browser.wait_for("Launch type")
    assert browser.run("document.querySelectorAll('main img').length") == 0
    assert browser.run("document.title") == "Services of demo · ecscli console"
    assert browser.said == []


class Elsewhere(BaseHTTPRequestHandler):
    """A page of another origin."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<p>another page</p>")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""


def test_another_origin_reads_and_writes_nothing(browser: Browser, server: Server) -> None:
    browser.open(server.address("/"))
    browser.wait_for("demo")
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        browser.open(f"http://localhost:{other.server_address[1]}/")
        browser.wait_for("another page")
        for options in ("{}", "{credentials: 'include'}", "{method: 'POST', body: '{}'}"):
            address = f"http://127.0.0.1:{server.guard.port}/api/clusters"
            found = browser.run(
                f"fetch('{address}', {options}).then(one => one.text(), () => 'refused')"
            )
            assert found == "refused"
        other.shutdown()


def test_the_page_says_when_the_server_has_gone_and_when_another_one_came(
    browser: Browser, world: World
) -> None:
    first = started(world)
    browser.open(first.address("/clusters/demo"))
    browser.wait_for("✓ steady")
    port = first.guard.port
    stop(first)
    browser.wait_for("The console does not answer")
    second = started(world, port)
    browser.wait_for("has not opened the console with its address")
    browser.open("about:blank")
    browser.open(second.address("/clusters/demo"))
    browser.wait_for("✓ steady")
    stop(second)


def test_states_without_data_say_what_to_do(browser: Browser, server: Server, world: World) -> None:
    browser.open(server.address("/").partition("#")[0])
    browser.wait_for("open the address that `ecscli console` has printed")
    browser.open("about:blank")
    browser.open(server.address("/clusters/nope"))
    browser.wait_for("cluster nope in us-east-1")
    browser.open(server.address("/clusters/demo/services/nobody"))
    browser.wait_for("no service of this name")
    world.ecs.create_cluster(clusterName="bare")
    browser.open(server.address("/clusters/bare"))
    browser.wait_for("No service runs here. Start one with ecscli --sandbox compose service up")
    world.ecs.delete_cluster(cluster="bare")
    browser.wait_for("This cluster is gone")
