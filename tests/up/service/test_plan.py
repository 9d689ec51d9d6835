"""Plans of a service: what is wanted against what is live, without any client."""

from typing import Any

import pytest

from ecscli.base.errors import InputError
from ecscli.up.model import (
    CreateLogGroup,
    CreateService,
    Ref,
    RegisterTaskDefinition,
    TagResource,
    UpdateService,
)
from ecscli.up.service.plan import (
    never_ran,
    plan_removal,
    plan_rollback,
    plan_service,
    plan_service_scale,
    plan_start,
)
from tests.up.service.builders import (
    NAMES,
    PREFIX,
    deployment,
    live,
    registered,
    request,
    service,
    wanted,
)

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/1"
BALANCER = {"targetGroupArn": GROUP, "containerName": "web", "containerPort": 80}


def kinds(plan: Any) -> list[type]:
    return [type(action) for action in plan.actions]


def update(**fields: Any) -> dict[str, Any]:
    """An UpdateService request that changes `fields` alone."""
    usual = {
        "cluster": "demo",
        "service": "shop",
        "deploymentConfiguration": {},
        "forceNewDeployment": False,
    }
    return {**usual, **fields}


# ------------------------------------------------------------------------------ creation


def test_a_first_up_registers_and_creates_with_the_originals_request_and_a_circuit_breaker() -> (
    None
):
    plan = plan_service(wanted(), live(None, definition=None))
    assert kinds(plan) == [RegisterTaskDefinition, CreateService]
    assert plan.actions[1].request == {
        "cluster": "demo",
        "serviceName": "shop",
        "taskDefinition": Ref("taskDefinition", "shop:new"),
        "deploymentConfiguration": BREAKER,
        "desiredCount": 1,
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
    }


def test_an_equal_revision_is_used_and_not_registered_again() -> None:
    plan = plan_service(wanted(), live(None))
    assert kinds(plan) == [CreateService]
    assert plan.actions[0].request["taskDefinition"] == "shop:1"


@pytest.mark.parametrize("status", ["INACTIVE", None])
def test_a_deleted_service_is_created_anew(status: str | None) -> None:
    found = service(status=status) if status else None
    assert kinds(plan_service(wanted(), live(found))) == [CreateService]


def test_a_draining_service_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError) as error:
        plan_service(wanted(), live(service(status="DRAINING", runningCount=2)))
    assert "still stops 2 tasks" in error.value.message


def test_create_makes_a_service_without_tasks_and_a_daemon_has_no_count() -> None:
    assert plan_service(wanted(first=0), live(None)).actions[-1].request["desiredCount"] == 0
    daemon = wanted(fields={"schedulingStrategy": "DAEMON"})
    assert "desiredCount" not in plan_service(daemon, live(None)).actions[-1].request


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, BREAKER),
        ({"breaker": False}, {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}),
        (
            {"fields": {"deploymentConfiguration": {"maximumPercent": 150}}},
            {"maximumPercent": 150, **BREAKER},
        ),
        ({"fields": {"loadBalancers": [{"loadBalancerName": "old", "containerName": "web"}]}}, {}),
    ],
    ids=["default", "turned off", "beside percentages", "not with a Classic Load Balancer"],
)
def test_the_circuit_breaker_of_a_new_service(
    options: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert (
        plan_service(wanted(**options), live(None)).actions[-1].request["deploymentConfiguration"]
        == expected
    )


def test_without_long_arns_nothing_is_tagged_that_ecs_would_refuse() -> None:
    sent = plan_service(wanted(), live(None, long_arns=False)).actions[-1].request
    assert not {"propagateTags", "enableECSManagedTags"} & set(sent)


def test_a_grace_period_needs_a_load_balancer_before_anything_is_registered() -> None:
    with pytest.raises(
        InputError, match="only valid for services configured to use load balancers"
    ):
        plan_service(wanted("nginx:2", fields={"healthCheckGracePeriodSeconds": 30}), live(None))


def test_log_groups_that_exist_are_left_alone() -> None:
    groups = tuple(CreateLogGroup({"logGroupName": name}, "us-east-1") for name in ("one", "two"))
    plan = plan_service(
        wanted(log_groups=groups), live(None, log_groups=frozenset({("one", "us-east-1")}))
    )
    assert [action.subject for action in plan.actions if isinstance(action, CreateLogGroup)] == [
        "two"
    ]


# -------------------------------------------------------------------------------- update


def test_a_deployment_that_has_failed_is_tried_again() -> None:
    """What made it fail, a log group for example, may stand outside of the documents that are
    compared."""
    plan = plan_service(
        wanted(), live(service(deployments=[deployment(id="ecs-svc/1", rolloutState="FAILED")]))
    )
    assert [action.request["forceNewDeployment"] for action in plan.actions] == [True]
    assert "ecs-svc/1 of shop:1 has failed; a new one is started" in plan.notices[0].message


def test_nothing_to_change_is_an_empty_plan() -> None:
    assert not plan_service(wanted(), live(service()))


def test_a_new_image_registers_and_updates_without_a_count() -> None:
    plan = plan_service(wanted("nginx:2"), live(service(desiredCount=7)))
    assert kinds(plan) == [RegisterTaskDefinition, UpdateService]
    assert plan.actions[1].request == update(taskDefinition=Ref("taskDefinition", "shop:new"))


def test_a_newer_equal_revision_is_taken_without_registering() -> None:
    plan = plan_service(wanted(), live(service(), definition=registered(revision=5)))
    assert [action.request for action in plan.actions] == [update(taskDefinition="shop:5")]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_count_is_sent_only_when_asked_for(count: int) -> None:
    parked = service(
        desiredCount=0, runningCount=0, events=[{"message": "(service shop) has started 1 tasks"}]
    )
    assert not plan_service(wanted(), live(parked))
    plan = plan_service(wanted(count=count), live(parked))
    assert [action.request for action in plan.actions] == (
        [update(desiredCount=count)] if count else []
    )


def test_the_first_up_of_a_service_that_never_ran_starts_it() -> None:
    plan = plan_service(wanted(), live(service(desiredCount=0, runningCount=0)))
    assert [action.request for action in plan.actions] == [update(desiredCount=1)]


@pytest.mark.parametrize(
    ("events", "idle"),
    [
        ([], True),
        (["(service shop) has reached a steady state."], True),
        (["(service shop) has started 1 tasks: (task 1)."], False),
        (["(service shop) has stopped 1 running tasks: (task 1)."], False),
        (["(service shop) has reached a steady state."] * 100, False),
    ],
)
def test_events_tell_whether_a_service_ever_ran(events: list[str], idle: bool) -> None:
    rows = [{"message": message} for message in events]
    assert never_ran(service(desiredCount=0, runningCount=0, events=rows)) is idle


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        "percentages are laid over the live ones",
        {},
        {"deploymentConfiguration": {"maximumPercent": 150}},
        {"deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 100}},
    ),
    ("a load balancer is added", {}, {"loadBalancers": [BALANCER]}, {"loadBalancers": [BALANCER]}),
    (
        "a grace period",
        {"loadBalancers": [BALANCER]},
        {"healthCheckGracePeriodSeconds": 9},
        {"healthCheckGracePeriodSeconds": 9},
    ),
    (
        "capacity providers come with a new deployment",
        {},
        {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 3}]},
        {
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 3}],
            "forceNewDeployment": True,
        },
    ),
    ("exec", {}, {"enableExecuteCommand": True}, {"enableExecuteCommand": True}),
    (
        "what ECS adds to Service Connect is no change",
        {
            "deployments": [
                deployment(
                    serviceConnectConfiguration={
                        "enabled": True,
                        "namespace": "arn:aws:servicediscovery:::namespace/ns-1",
                        "services": [{"portName": "http", "discoveryName": "http"}],
                    }
                )
            ]
        },
        {
            "serviceConnectConfiguration": {
                "enabled": True,
                "namespace": "corp",
                "services": [{"portName": "http"}],
            }
        },
        {},
    ),
    (
        "Service Connect is turned on",
        {},
        {"serviceConnectConfiguration": {"enabled": True}},
        {"serviceConnectConfiguration": {"enabled": True}},
    ),
    (
        "the order of subnets is no change",
        {
            "networkConfiguration": {
                "awsvpcConfiguration": {
                    "subnets": ["b", "a"],
                    "securityGroups": [],
                    "assignPublicIp": "DISABLED",
                }
            }
        },
        {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["a", "b"]}}},
        {},
    ),
    (
        "defaults that ECS writes back are no change",
        {"platformVersion": "LATEST", "placementConstraints": [], "enableExecuteCommand": False},
        {"platformVersion": "LATEST", "placementConstraints": [], "enableExecuteCommand": False},
        {},
    ),
]


@pytest.mark.parametrize(
    ("now", "fields", "sent"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_what_an_update_sends(
    now: dict[str, Any], fields: dict[str, Any], sent: dict[str, Any]
) -> None:
    plan = plan_service(wanted(fields=fields), live(service(**now)))
    assert [action.request for action in plan.actions] == ([update(**sent)] if sent else [])


def test_a_forced_update_repeats_the_network_that_it_was_given() -> None:
    network = {"awsvpcConfiguration": {"subnets": ["a"]}}
    plan = plan_service(
        wanted(fields={"networkConfiguration": network}, force=True),
        live(service(networkConfiguration=network)),
    )
    assert plan.actions[0].request == update(networkConfiguration=network, forceNewDeployment=True)


def test_an_existing_service_keeps_its_breaker_unless_a_flag_speaks() -> None:
    off = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    assert not plan_service(wanted(), live(service(deploymentConfiguration=off)))
    sent = (
        plan_service(wanted(breaker=True), live(service(deploymentConfiguration=off)))
        .actions[0]
        .request
    )
    assert sent["deploymentConfiguration"] == BREAKER


def test_everything_that_cannot_change_is_named_before_anything_is_registered() -> None:
    fields = {
        "launchType": "FARGATE",
        "schedulingStrategy": "DAEMON",
        "role": "other",
        "loadBalancers": [{"loadBalancerName": "old", "containerName": "web", "containerPort": 80}],
    }
    found = service(roleArn="arn:aws:iam::123456789012:role/mine")
    with pytest.raises(InputError) as error:
        plan_service(wanted("nginx:2", fields=fields), live(found))
    named = [finding.message.split()[0] for finding in error.value.findings]
    assert named == ["launchType", "schedulingStrategy", "role", "a"]
    assert all(finding.hint for finding in error.value.findings)


def test_a_service_in_the_hands_of_another_controller_is_left_alone() -> None:
    with pytest.raises(InputError, match="in the hands of CODE_DEPLOY"):
        plan_service(wanted("nginx:2"), live(service(deploymentController={"type": "CODE_DEPLOY"})))


def test_tags_that_are_there_are_not_sent_again() -> None:
    found = service(tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "old"}])
    tags = tuple({"key": key, "value": value} for key, value in (("a", "1"), ("b", "2")))
    plan = plan_service(wanted(tags=tags), live(found))
    assert kinds(plan) == [TagResource]
    assert plan.actions[0].request["tags"] == [{"key": "b", "value": "2"}]


def test_tags_of_others_on_a_revision_do_not_count_but_ours_must_be_there() -> None:
    found = registered(tags=(("cost", "42"),))
    assert not plan_service(wanted(), live(service(), definition=found))
    tagged = wanted()
    asked = type(tagged)(
        tagged.names, {**tagged.definition, "tags": [{"key": "team", "value": "web"}]}
    )
    assert RegisterTaskDefinition in kinds(plan_service(asked, live(service(), definition=found)))


def test_a_second_deployment_says_which_one_it_replaces() -> None:
    rows = [
        deployment(id="ecs-svc/2", rolloutState="IN_PROGRESS", runningCount=0),
        deployment(status="ACTIVE"),
    ]
    plan = plan_service(wanted("nginx:2"), live(service(deployments=rows)))
    assert "ecs-svc/2" in plan.notices[0].message
    assert "0 of 1 tasks run" in plan.notices[0].message


# ------------------------------------------------------------------------ the other verbs


def test_scale_is_one_call_with_the_count() -> None:
    assert [action.request for action in plan_service_scale(NAMES, 3, {}).actions] == [
        update(desiredCount=3)
    ]
    percents = {"deploymentConfiguration": {"maximumPercent": 150}}
    assert plan_service_scale(NAMES, 3, percents).actions[0].request == update(
        desiredCount=3, **percents
    )


@pytest.mark.parametrize(
    ("found", "force", "sent"),
    [
        (service(desiredCount=0), False, {"desiredCount": 1}),
        (service(), False, None),
        (service(), True, {"forceNewDeployment": True}),
        (service(desiredCount=0, schedulingStrategy="DAEMON"), False, None),
    ],
    ids=["stopped", "runs", "forced", "daemon"],
)
def test_start(found: dict[str, Any], force: bool, sent: dict[str, Any] | None) -> None:
    requests = [action.request for action in plan_start(NAMES, found, {}, force).actions]
    assert requests == ([] if sent is None else [update(**sent)])


def test_rollback_goes_to_the_revision_and_says_where_it_is_there_already() -> None:
    found = service(taskDefinition=f"{PREFIX}:task-definition/shop:4")
    assert plan_rollback(NAMES, found, "shop:3").actions[0].request == update(
        taskDefinition="shop:3"
    )
    assert "already uses shop:4" in plan_rollback(NAMES, found, "shop:4").notices[0].message


def test_a_service_that_drains_is_not_deleted_twice() -> None:
    assert plan_removal(NAMES, service()).actions[0].request == {
        "cluster": "demo",
        "service": "shop",
        "force": True,
    }
    assert not plan_removal(NAMES, service(status="DRAINING"))


def test_requests_are_what_boto3_accepts() -> None:
    """Every request above is checked against botocore's own model of the call."""
    from botocore.session import Session
    from botocore.validate import ParamValidator

    model = Session().get_service_model("ecs")
    plans = [
        plan_service(wanted(fields=fields), live(found))
        for _, now, fields, _ in CHANGES
        for found in (None, service(**now))
        if found or "healthCheckGracePeriodSeconds" not in fields
    ]
    for action in (action for plan in plans for action in plan.actions):
        name = "".join(word.capitalize() for word in action.call.operation.split("_"))
        report = ParamValidator().validate(
            dict(action.request), model.operation_model(name).input_shape
        )
        assert not report.has_errors(), report.generate_report()
    assert request()["family"] == NAMES.family
