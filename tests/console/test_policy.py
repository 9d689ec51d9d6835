"""The policy that `console --policy` prints, and what the console really calls."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from ecscli import console
from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console.api import Api
from ecscli.console.policy import ACTIONS, READS, policy_of
from ecscli.console.routes import table
from tests.conftest import Cli
from tests.copies import Copies
from tests.strength.lab import is_read
from tests.up.snapshot.test_read import CONTAINER, World

CALL = re.compile(r"aws (\S+) (\w+): 2")
NAMED = re.compile(r'"([a-z0-9-]+)",\s*"((?:describe|list|get|filter)_[a-z_]+)"')
IAM = {"elbv2": "elasticloadbalancing"}  # where the prefix is not the name of the service
# What every route is asked; each gets what it needs of these
GIVEN = {"cluster": "demo", "service": "s0", "family": "app", "revision": "1"}
DEEDS: tuple[Mapping[str, str], ...] = (
    {"action": "run", "definition": "app:1"},
    {"action": "scale", "count": "1"},
    {"action": "stop-tasks"},
    {"action": "deploy"},
    {"action": "rollback", "revision": ""},
    {"action": "stop-deployment"},
    {"action": "delete-service"},
)


def actions_of(lines: list[str]) -> set[str]:
    """Actions of IAM, by lines of the trace of calls."""
    found = [CALL.search(line) for line in lines]
    return {f"{IAM.get(one[1], one[1])}:{one[2]}" for one in found if one}


def test_the_policy_has_what_the_console_calls(sandbox: Cli, copies: Copies) -> None:
    world, lines = World(sandbox, copies), list[str]()
    copies.serve_made("2 services", lambda: world.make_services(2, 2))
    flags = Flags(region="us-east-1", sandbox_url=world.ecs.meta.endpoint_url)
    aws = Aws(resolve(flags, {"HOME": "/nonexistent"}))
    aws.trace = lines.append
    api = Api(aws, has_actions=True)
    next(api.feed.messages("demo"))
    task = world.ecs.list_tasks(cluster="demo")["taskArns"][0].rpartition("/")[2]
    for (method, path), answer in table(has_actions=False).items():
        assert method == "GET", path
        try:
            answer(api, {**GIVEN, "task": task})
        except EcsCliError:
            continue  # the route has asked for something that is not here
    api.feed.close()
    allowed = {f"{service}:{one}" for service, ones in READS.items() for one in ones}
    called = actions_of(lines)
    assert called >= {"ecs:ListClusters", "ecs:DescribeTasks"}
    assert sorted(called - allowed) == []
    assert all(is_read(one) for one in allowed)


def test_the_policy_has_what_the_code_of_the_console_names() -> None:
    files = Path(console.__file__).parent.rglob("*.py")
    named = {pair for file in files for pair in NAMED.findall(file.read_text())}
    found = {f"{IAM.get(service, service)}:{in_iam(operation)}" for service, operation in named}
    allowed = {f"{service}:{one}" for service, ones in READS.items() for one in ones}
    assert len(found) > 20
    assert sorted(found - allowed) == []


def in_iam(operation: str) -> str:
    """``describe_tasks`` -> ``DescribeTasks``."""
    return operation.title().replace("_", "")


def test_the_policy_of_actions_has_what_they_call(sandbox: Cli, copies: Copies) -> None:
    world, lines = World(sandbox, copies), list[str]()
    copies.serve_made("2 services", lambda: world.make_services(2, 2))
    large = [{**CONTAINER, "memory": 100_000}]  # no instance has room for it
    world.ecs.register_task_definition(family="app", containerDefinitions=large)
    flags = Flags(region="us-east-1", sandbox_url=world.ecs.meta.endpoint_url)
    aws = Aws(resolve(flags, {"HOME": "/nonexistent"}))
    aws.trace = lines.append
    routes, api = table(has_actions=True), Api(aws, has_actions=True)
    for deed in DEEDS:
        given = {"cluster": "demo", "service": "s0", **deed}
        if given["action"] in ("rollback", "stop-deployment"):
            world.ecs.update_service(cluster="demo", service="s0", taskDefinition="app:2")
        mark = routes["GET", "/api/actions"](api, given)["mark"]
        routes["POST", "/api/actions"](api, {**given, "mark": mark})
    both = (*READS.items(), *ACTIONS.items())
    allowed = {f"{service}:{one}" for service, ones in both for one in ones}
    called = actions_of(lines)
    writes = {one for one in called if not is_read(one)}
    assert called <= allowed
    named = {f"ecs:{one}" for one in ACTIONS["ecs"] if not is_read(f"ecs:{one}")}
    assert named - writes == {"ecs:ContinueServiceDeployment"}  # nothing pauses in the sandbox


@pytest.mark.parametrize("flags", [(), ("--allow-actions",)], ids=str)
def test_the_policy_is_printed_without_credentials(cli: Cli, flags: tuple[str, ...]) -> None:
    done = cli("console", "--policy", *flags)
    assert done.code == 0, done.err
    assert json.loads(done.out) == policy_of(has_actions=bool(flags))


def test_the_page_of_permissions_has_the_policy() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "permissions.md").read_text()
    for told, actions in (("`console`: what", READS), ("`console --allow-actions`", ACTIONS)):
        (line,) = [line for line in text.splitlines() if line.startswith(f"| {told}")]
        parts = (f"**{service}** {', '.join(ones)}" for service, ones in sorted(actions.items()))
        assert line.endswith(f"| {'; '.join(parts)} |")
