"""Plans as people and programs read them."""

import json

import pytest

from ecscli.up.diff import changes, document, lines
from ecscli.up.model import Plan, Ref, RegisterTaskDefinition, RunTask, UpdateService


def request(image: str, **environment: str) -> dict[str, object]:
    entries = [{"name": name, "value": value} for name, value in environment.items()]
    return {
        "family": "shop",
        "containerDefinitions": [{"name": "web", "image": image, "environment": entries}],
    }


PLAN = Plan(
    (
        RegisterTaskDefinition(
            request("nginx:2", A="2", B="3"), {**request("nginx:1", A="1", C="4"), "revision": 1}
        ),
        UpdateService(
            {
                "cluster": "demo",
                "service": "shop",
                "taskDefinition": Ref("taskDefinition", "shop:new"),
            },
            {"taskDefinition": "arn:aws:ecs:us-east-1:1:task-definition/shop:1"},
        ),
    )
)


def test_only_what_differs_is_shown_by_its_name() -> None:
    assert list(lines(PLAN)) == [
        "~ register task definition shop",
        "    ~ containerDefinitions[web].environment[A]: (changed)",
        "    - containerDefinitions[web].environment[C]: (removed)",
        "    + containerDefinitions[web].environment[B]: (added)",
        "    - containerDefinitions[web].image: nginx:1",
        "    + containerDefinitions[web].image: nginx:2",
        "~ update service shop",
        "    - taskDefinition: shop:1",
        "    + taskDefinition: <shop:new>",
    ]


def test_values_are_shown_to_those_who_ask_for_them() -> None:
    assert list(lines(PLAN, values=True))[1:5] == [
        "    - containerDefinitions[web].environment[A]: 1",
        "    + containerDefinitions[web].environment[A]: 2",
        "    - containerDefinitions[web].environment[C]: 4",
        "    + containerDefinitions[web].environment[B]: 3",
    ]


def test_data_holds_the_requests() -> None:
    data = document(PLAN, values=True)
    assert data["changes"] == 2
    assert data["actions"][0]["request"] == request("nginx:2", A="2", B="3")
    assert data["actions"][1]["operation"] == "UpdateService"
    assert data["actions"][1]["request"]["taskDefinition"] == {"ref": "shop:new"}


def test_data_says_of_values_that_may_be_secrets_only_what_becomes_of_them() -> None:
    action = document(PLAN)["actions"][0]
    assert action["request"] == request("nginx:2", A="(changed)", B="(added)")
    assert action["before"] == {**request("nginx:1", A="(changed)", C="(removed)"), "revision": 1}


SECRET = "s3cret-value"
PLACES = {
    "environment": [{"name": "PASSWORD", "value": SECRET}],
    "secrets": [{"name": "PASSWORD", "valueFrom": SECRET}],
    "logConfiguration": {
        "logDriver": "splunk",
        "options": {"splunk-token": SECRET, "awslogs-group": "open"},
        "secretOptions": [{"name": "splunk-token", "valueFrom": SECRET}],
    },
    "firelensConfiguration": {"type": "fluentbit", "options": {"password": SECRET}},
    "repositoryCredentials": {"credentialsParameter": SECRET},
}


@pytest.mark.parametrize("field", PLACES)
@pytest.mark.parametrize("sides", ["new", "old", "changed", "same"])
def test_no_value_that_may_be_a_secret_stands_in_a_plan(field: str, sides: str) -> None:
    holding = {"family": "shop", "containerDefinitions": [{"name": "web", field: PLACES[field]}]}
    other = json.loads(json.dumps(holding).replace(SECRET, "another-s3cret"))
    empty = {"family": "shop", "containerDefinitions": [{"name": "web"}]}
    after, before = {
        "new": (holding, None),
        "old": (empty, holding),
        "changed": (holding, other),
    }.get(sides, (holding, holding))
    plan = Plan((RegisterTaskDefinition(after, before),))
    printed = "\n".join([*lines(plan), json.dumps(document(plan))])
    assert "s3cret" not in printed
    shown = "\n".join([*lines(plan, values=True), json.dumps(document(plan, values=True))])
    assert "s3cret" in shown
    if field == "logConfiguration" and sides == "new":
        assert "awslogs-group: open" in printed


def test_the_environment_of_a_single_run_is_not_shown_either() -> None:
    overrides = {
        "containerOverrides": [
            {"name": "web", "environment": [{"name": "PASSWORD", "value": SECRET}]}
        ]
    }
    plan = Plan((RunTask({"taskDefinition": "shop:1", "count": 1, "overrides": overrides}),))
    assert "    + overrides.containerOverrides[web].environment[PASSWORD]: (added)" in lines(plan)
    assert SECRET not in json.dumps(document(plan))


def test_the_options_of_a_volume_s_driver_are_not_shown() -> None:
    volume = {
        "name": "data",
        "dockerVolumeConfiguration": {"driver": "local", "driverOpts": {"o": SECRET}},
    }
    plan = Plan((RegisterTaskDefinition({"family": "shop", "volumes": [volume]}),))
    assert SECRET not in "\n".join([*lines(plan), json.dumps(document(plan))])


def test_lists_are_compared_by_the_names_of_their_members() -> None:
    one = [{"name": "a", "cpu": 1}, {"name": "b", "cpu": 2}]
    assert list(changes(one, one[::-1])) == []
    assert list(changes({"x": [1, 2]}, {"x": [2, 1]})) == ["- x: [1, 2]", "+ x: [2, 1]"]
