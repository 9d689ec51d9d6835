"""Actions in a real browser: shown, asked, done, and told; and nothing of it for other pages."""

import json
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from ecscli.aws.client import Aws
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console.api import Api
from ecscli.console.server import Server
from tests.browser import BROWSER, NO_BROWSER, Browser, browser
from tests.conftest import Cli
from tests.console.test_browser import Elsewhere
from tests.copies import Copies
from tests.up.snapshot.test_read import World

__all__ = ["browser"]
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


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    flags = Flags(region="us-east-1", sandbox_url=world.ecs.meta.endpoint_url)
    aws = Aws(resolve(flags, {"HOME": "/nonexistent"}))
    server = Server(0, Api(aws, has_actions=True), str)
    server.start()
    yield server
    server.stop()


def fill(browser: Browser, **values: str) -> None:
    """Write into fields of the dialog."""
    for name, value in values.items():
        browser.run(f"document.querySelector('dialog [name={name}]').value = {json.dumps(value)}")


def test_a_task_runs_with_a_command_and_is_stopped_and_a_service_scaled(
    browser: Browser, server: Server, world: World
) -> None:
    browser.size(360, 700)
    browser.open(server.address("/clusters/demo/tasks"))
    browser.wait_for("Run a task")
    browser.click("Run a task")
    fill(browser, definition="app", command="sleep,300")
    browser.click("Show what is done")
    browser.wait_for("compose --project-name app run --cluster demo")
    assert '"sleep"' in browser.text
    browser.click("Do it")
    browser.wait_for("is started.")
    assert browser.run("document.documentElement.scrollWidth") <= 360
    task = browser.run("document.querySelector('dialog a').innerText")
    (found,) = world.ecs.describe_tasks(cluster="demo", tasks=[task])["tasks"]
    assert found["overrides"]["containerOverrides"][0]["command"] == ["sleep", "300"]
    browser.click(task)
    browser.wait_for(f"Task {task}")
    browser.wait_for("Stop task")
    browser.click("Stop task")
    browser.wait_for("Do it")
    browser.click("Do it")
    browser.wait_for("Stopping container")
    browser.click("Close")
    browser.wait_for("STOPPED")
    browser.open(server.address("/clusters/demo/services/s0"))
    browser.wait_for("Scale")
    browser.click("Scale")
    fill(browser, count="1")
    browser.click("Show what is done")
    browser.wait_for("Scale s0 from 2 to 1")
    browser.click("Do it")
    browser.wait_for("Updated ECS service")
    browser.click("Close")
    browser.wait_for("1 of 1 running")
    assert browser.said == []


def test_another_origin_changes_nothing(browser: Browser, server: Server, world: World) -> None:
    browser.open(server.address("/clusters/demo"))
    browser.wait_for("Run a task")
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        browser.open(f"http://localhost:{other.server_address[1]}/")
        browser.wait_for("another page")
        address = f"http://127.0.0.1:{server.guard.port}/api/actions"
        body = json.dumps({"action": "scale", "cluster": "demo", "service": "s0", "count": "0"})
        for headers in ("{}", "{'X-Ecscli': '1'}"):
            options = (
                f"{{method: 'POST', credentials: 'include', headers: {headers}, body: {body!r}}}"
            )
            script = f"fetch('{address}', {options}).then(one => one.text(), () => 'refused')"
            assert browser.run(script) == "refused"
        other.shutdown()
    (service,) = world.ecs.describe_services(cluster="demo", services=["s0"])["services"]
    assert service["desiredCount"] == 2
