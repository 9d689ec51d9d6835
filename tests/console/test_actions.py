"""What the console does when it is asked to: proposed, confirmed, and done as the commands do it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console import actions
from ecscli.console.api import Api
from ecscli.console.proposals import continuation, words_of
from ecscli.console.routes import table
from ecscli.console.server import Server
from tests.conftest import Cli, private_environment
from tests.console.test_server import NOWHERE, Client
from tests.copies import Copies
from tests.up.snapshot.test_read import CONTAINER, World


@pytest.fixture
def world(sandbox: Cli, copies: Copies) -> World:
    found = World(sandbox, copies)
    copies.serve_made("2 services", lambda: found.make_services(2, 2))
    return found


@pytest.fixture
def api(world: World) -> Api:
    flags = Flags(region="us-east-1", sandbox_url=world.ecs.meta.endpoint_url)
    return Api(Aws(resolve(flags, {"HOME": "/nonexistent"})), has_actions=True)


def asked(action: str, **given: str) -> dict[str, str]:
    return {"action": action, "cluster": "demo", **given}


def done(api: Api, given: Mapping[str, str], **more: str) -> Any:
    mark = actions.propose(api, given)["mark"]
    return actions.act(api, {**given, "mark": mark, **more})


def test_what_is_shown_is_what_is_done(api: Api, world: World) -> None:
    scale = asked("scale", service="s0", count="3")
    shown = actions.propose(api, scale)
    assert shown["title"] == "Scale s0 from 2 to 3"
    assert shown["requests"] == [
        {
            "service": "ecs",
            "operation": "UpdateService",
            "request": {
                "cluster": "demo",
                "service": "s0",
                "desiredCount": 3,
                "deploymentConfiguration": {},
                "forceNewDeployment": False,
            },
        }
    ]
    assert shown["command"] == (
        "ecscli --sandbox compose --project-name s0 service scale --cluster demo"
        " --region us-east-1 3"
    )
    assert " ecs update-service --cli-input-json '{" in shown["aws"][0]
    assert "type" not in shown
    answer = actions.act(api, {**scale, "mark": shown["mark"]})
    assert [one["message"] for one in answer["events"]] == ["Updated ECS service successfully"]
    assert (
        world.ecs.describe_services(cluster="demo", services=["s0"])["services"][0]["desiredCount"]
        == 3
    )


def test_what_has_changed_meanwhile_is_not_done(api: Api, world: World) -> None:
    stop = asked("stop-tasks", service="s0")
    mark = actions.propose(api, stop)["mark"]
    world.ecs.update_service(cluster="demo", service="s0", desiredCount=0)
    while world.ecs.list_tasks(cluster="demo", serviceName="s0")["taskArns"]:
        pass
    for given in (
        {**stop, "mark": mark},
        {**asked("scale", service="s1", count="1"), "mark": mark},
    ):
        with pytest.raises(InputError):
            actions.act(api, given)
    (service,) = world.ecs.describe_services(cluster="demo", services=["s1"])["services"]
    assert service["desiredCount"] == 2


def test_a_task_is_run_with_a_command_and_stopped(api: Api, world: World) -> None:
    run = asked("run", definition="app", command="sleep,300")
    shown = actions.propose(api, run)
    assert shown["command"] == (
        "ecscli --sandbox compose --project-name app run --cluster demo --region us-east-1"
        " app sleep 300"
    )
    (task,) = done(api, run)["tasks"]
    (found,) = world.ecs.describe_tasks(cluster="demo", tasks=[task])["tasks"]
    overrides = found["overrides"]["containerOverrides"]
    assert [one["command"] for one in overrides] == [["sleep", "300"]]
    stopped = done(api, asked("stop-task", task=task))
    assert stopped["events"][0]["message"] == "Stopping container..."
    (found,) = world.ecs.describe_tasks(cluster="demo", tasks=[task])["tasks"]
    assert found["desiredStatus"] == "STOPPED"


def test_services_change_over_go_back_and_go(api: Api, world: World) -> None:
    assert done(api, asked("deploy", service="s0"))["events"]
    large = [{**CONTAINER, "memory": 100_000}]
    world.ecs.register_task_definition(family="app", containerDefinitions=large)
    world.ecs.update_service(cluster="demo", service="s0", taskDefinition="app:2")
    shown = actions.propose(api, asked("rollback", service="s0"))
    assert shown["title"] == "Roll s0 back to app:1"
    assert "service rollback --to 1" in shown["command"]
    stopping = done(api, asked("stop-deployment", service="s0"))
    assert stopping["events"][0]["message"].startswith("Stopping deployment ")
    with pytest.raises(InputError, match=r"no hook has paused it|no deployment"):
        actions.propose(api, asked("continue-deployment", service="s0"))
    answer = done(api, asked("delete-service", service="s0"))
    assert [one["message"] for one in answer["events"]] == ["Deleted ECS service"]
    stopped = done(api, asked("stop-tasks", family="app"))
    assert len(stopped["events"]) >= 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"action": "fly"}, "there is no action fly"),
        ({}, "the request has no action"),
        (asked("scale", service="s0", count="-1"), "zero or more"),
        (asked("scale", service="s0", count="x"), "whole number"),
        (asked("scale", service="nobody", count="1"), "no service nobody"),
        (asked("run", definition="app", command="[1]"), "JSON list of words"),
        (asked("run", definition="app", container="nobody"), 'no container "nobody"'),
        (asked("stop-tasks", family="nobody"), "no task of family nobody"),
        (asked("stop-deployment", service="s0"), "no deployment of service s0"),
        (asked("rollback", service="s0"), "nothing to roll back to"),
        (asked("rollback", service="s0", revision="9"), "no active revision app:9"),
    ],
    ids=str,
)
def test_what_there_is_not_is_refused(api: Api, given: Mapping[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        actions.propose(api, given)


def test_a_command_is_words_with_commas_or_a_list() -> None:
    assert words_of("sleep,300") == ["sleep", "300"]
    assert words_of(' ["sh", "-c", "a, b"] ') == ["sh", "-c", "a, b"]
    assert words_of(" ") == []


def test_a_pause_ends_by_the_hook_that_waits() -> None:
    arn = "arn:aws:ecs:us-east-1:123456789012:service-deployment/demo/web/1"
    hooks = [
        {"hookId": "a", "targetType": "AWS_LAMBDA", "status": "AWAITING_ACTION"},
        {"hookId": "b", "targetType": "PAUSE", "status": "SUCCEEDED"},
        {"hookId": "c", "targetType": "PAUSE", "status": "AWAITING_ACTION"},
    ]
    deployment = {"serviceDeploymentArn": arn, "lifecycleHookDetails": hooks}
    assert continuation(deployment) == {
        "serviceDeploymentArn": arn,
        "hookId": "c",
        "action": "CONTINUE",
    }
    with pytest.raises(InputError, match="no hook"):
        continuation({**deployment, "lifecycleHookDetails": hooks[:2]})


# ------------------------------------------------------------------- over HTTP


def test_without_actions_no_route_writes() -> None:
    assert {method for method, _ in table(has_actions=False)} == {"GET"}
    assert not any("action" in path for _, path in table(has_actions=False))
    assert {path for method, path in table(has_actions=True) if method == "POST"} == {
        "/api/actions"
    }


@pytest.mark.parametrize("has_actions", [True, False])
def test_only_the_page_of_a_session_acts(tmp_path: Path, has_actions: bool) -> None:
    aws = Aws(resolve(NOWHERE, private_environment(tmp_path)))
    server = Server(0, Api(aws, has_actions=has_actions), str)
    server.start()
    client = Client(server)
    try:
        assert client.post("/api/actions", "{}").status == 401
        client.open(server)
        assert client.post("/api/actions", "{}").status == (400 if has_actions else 404)
        for headers in ({"Origin": "http://evil.example"}, {"X_Ecscli": ""}):
            assert client.post("/api/actions", "{}", **headers).status == 403
        assert client.ask("/api/actions", "POST", "{}").status == 403
    finally:
        server.stop()


def test_a_deletion_on_aws_needs_the_name_of_the_cluster(
    monkeypatch: pytest.MonkeyPatch, api: Api, world: World
) -> None:
    monkeypatch.setattr(Api, "is_sandbox", False)
    given = asked("delete-service", service="s1")
    assert actions.propose(api, given)["type"] == "demo"
    for typed in ({}, {"typed": "Demo"}):
        with pytest.raises(InputError, match="was not typed"):
            done(api, given, **typed)
    (service,) = world.ecs.describe_services(cluster="demo", services=["s1"])["services"]
    assert service["status"] == "ACTIVE"
    assert done(api, given, typed="demo")["events"]
