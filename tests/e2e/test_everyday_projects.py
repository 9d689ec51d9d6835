"""The everyday projects of examples/ on a real engine: built, pushed, deployed, asked for their
pages, changed and deployed again."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.conftest import Cli
from tests.e2e.test_story import ROOT, run
from tests.sandbox.conftest import wait_until

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def begin(user: Cli, example: str, launch_type: str) -> None:
    """A cluster, and a copy of an example as the working directory."""
    shutil.copytree(ROOT / "examples" / example, user.directory, dirs_exist_ok=True)
    options = f"--region us-east-1 --default-launch-type {launch_type} --config-name demo"
    run(user, f"configure --cluster demo {options}")
    instances = "--instance-type t3.small" if launch_type == "EC2" else ""
    run(user, f"up --capability-iam --port 80 {instances}")


def address(user: Cli) -> str:
    return run(user, "compose open --print").out.strip()


def image_of(user: Cli, service: str) -> str:
    """The tag of its content that the files of a service have now."""
    containers = run(user, "compose render").json["containerDefinitions"]
    return next(one["image"] for one in containers if one["name"] == service).rpartition(":")[2]


#: Launch type -> where the web app finds the others, and the role that it needs.
LAUNCHES = {
    "EC2": ({}, ""),
    "FARGATE": ({"DATABASE_HOST": "localhost", "CACHE_HOST": "localhost"}, "--capability-iam"),
}


@pytest.mark.parametrize("launch_type", LAUNCHES)
def test_a_web_app_reads_and_writes_its_database_and_a_change_is_rolled_out(
    user: Cli, client: Any, launch_type: str
) -> None:
    begin(user, "web-app", launch_type)
    hosts, consent = LAUNCHES[launch_type]
    user.environment |= hosts
    first = image_of(user, "web")
    created = run(user, f"compose service up {consent}")
    assert f"Image built: shop/web:{first}" in created.err
    page = address(user)
    assert client("GET", page) == "Hello from ECS: visit 1, before it 0\n"
    assert client("GET", page) == "Hello from ECS: visit 2, before it 1\n"
    assert "Nothing to change" in run(user, "compose service up").err

    source = user.directory / "app.py"
    source.write_text(source.read_text().replace("Hello from ECS", "Hello again"))
    second = image_of(user, "web")
    assert second != first
    rolled = run(user, "compose service up")
    assert f"Image built: shop/web:{second}" in rolled.err
    assert "taskDefinition=shop:2" in rolled.err
    assert client("GET", address(user)).startswith("Hello again: visit 1,")
    run(user, "compose service rm")


def test_a_worker_does_the_jobs_that_a_page_puts_into_a_queue(user: Cli, client: Any) -> None:
    begin(user, "queue", "EC2")
    run(user, "compose up")
    page = address(user)
    assert client("POST", page, "hello") == "queued\n"
    wait_until(lambda: client("GET", page) == "HELLO\n")
    run(user, "compose down")


def test_a_static_site_has_its_pages_and_its_configuration_in_its_image(
    user: Cli, client: Any
) -> None:
    begin(user, "static-site", "EC2")
    first = image_of(user, "web")
    created = run(user, "compose service up")
    assert f"Image built: shop/web:{first}" in created.err
    page = address(user)
    assert client("GET", page) == "<h1>Hello from ECS</h1>\n"
    assert client("GET", f"{page}/health") == "healthy\n"

    (user.directory / "site/index.html").write_text("<h1>Hello again</h1>\n")
    rolled = run(user, "compose service up --deployment-min-healthy-percent 0")
    assert "taskDefinition=shop:2" in rolled.err
    assert client("GET", address(user)) == "<h1>Hello again</h1>\n"
    run(user, "compose service rm")
