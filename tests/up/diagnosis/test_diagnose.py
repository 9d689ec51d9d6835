"""Diagnoses: facts in, ranked reasons out."""

from typing import Any

import pytest

from ecscli.up.diagnosis.capacity import lacking, needed_memory
from ecscli.up.diagnosis.causes import likely_cause
from ecscli.up.diagnosis.diagnose import diagnose, ended_badly
from ecscli.up.diagnosis.model import Facts

NOT_MOUNTED = (
    "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes:"
)
DEFINITION = {
    "containerDefinitions": [
        {
            "name": "web",
            "cpu": 256,
            "memory": 512,
            "memoryReservation": 128,
            "portMappings": [{"hostPort": 80}],
        },
        {"name": "log", "memory": 64, "portMappings": [{"hostPort": 53, "protocol": "udp"}]},
    ],
    "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.logging-driver.awslogs"}],
}


def instance(
    cpu: int = 1024, memory: int = 1024, ports: tuple[str, ...] = (), **fields: Any
) -> dict[str, Any]:
    return {
        "ec2InstanceId": "i-1",
        "status": "ACTIVE",
        "agentConnected": True,
        "attributes": DEFINITION["requiresAttributes"],
        "remainingResources": [
            {"name": "CPU", "integerValue": cpu},
            {"name": "MEMORY", "integerValue": memory},
            {"name": "PORTS", "stringSetValue": list(ports)},
            {"name": "PORTS_UDP", "stringSetValue": []},
        ],
        **fields,
    }


def stopped(
    code: int | None = None, reason: str = "", why: str = "", stop: str = "EssentialContainerExited"
) -> dict[str, Any]:
    container = {"name": "web", "exitCode": code, "reason": reason, "lastStatus": "STOPPED"}
    return {
        "taskArn": "arn:aws:ecs:us-east-1:1:task/demo/t1",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:1:task-definition/shop:3",
        "lastStatus": "STOPPED",
        "stopCode": stop,
        "stoppedReason": why,
        "containers": [container],
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (instance(), []),
        (instance(cpu=100), ["needs 256 CPU units, 100 are free"]),
        (instance(memory=100), ["needs 192 MiB of memory, 100 are free"]),
        (instance(ports=("80", "53")), ["port 80/tcp is taken"]),
        (instance(agentConnected=False), ["its agent is not connected"]),
        (instance(status="DRAINING"), ["is DRAINING"]),
        (
            instance(attributes=[]),
            ["lacks attributes com.amazonaws.ecs.capability.logging-driver.awslogs"],
        ),
    ],
)
def test_what_an_instance_lacks(found: dict[str, Any], expected: list[str]) -> None:
    assert list(lacking(DEFINITION, found)) == expected


def test_the_size_of_the_task_counts_before_that_of_its_containers() -> None:
    assert needed_memory({**DEFINITION, "memory": "2048"}) == 2048
    assert needed_memory(DEFINITION) == 192


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("CannotPullContainerError: pull access denied for x", "image does not exist"),
        ("CannotPullContainerError: dial tcp 1.2.3.4:443: i/o timeout", "route out"),
        (
            "CannotPullContainerError: public.ecr.aws/docker/library/busybox:stable: i/o timeout",
            "images.init",
        ),
        ("CannotPullContainerError: pull access denied for docker.io/library/busybox", "exist"),
        ("CannotPullContainerError: toomanyrequests: Rate exceeded", "anonymous pulls"),
        ("ResourceInitializationError: unable to pull secrets", "secret"),
        ("OutOfMemoryError: Container killed due to memory usage", "mem_limit"),
        ("exec format error", "another processor"),
        ("Task failed ELB health checks in (target-group t)", "load balancer"),
        ("You've reached the limit on the number of vCPUs you can run concurrently", "quota"),
        ("You've reached the limit on the number of tasks you can run concurrently", "quota"),
        (f'{NOT_MOUNTED} stderr: Failed to resolve "fs-0.efs.us-east-1.amazonaws.com"', "zone"),
        (f"{NOT_MOUNTED} stderr: b'mount.nfs4: Connection timed out'", "port 2049"),
        (f"{NOT_MOUNTED} stderr: b'mount.nfs4: access denied by server'", "ClientMount"),
        (f"{NOT_MOUNTED} mount.nfs4: mounting fs-0:/x failed: No such file", "CreationInfo"),
        ("something entirely new", None),
    ],
)
def test_the_likely_cause_in_one_sentence(words: str, part: str | None) -> None:
    meaning = likely_cause(words)
    assert meaning is None if part is None else part in str(meaning)


def test_equal_ends_are_counted_and_told_once() -> None:
    cause, below = diagnose(Facts(tasks=[stopped(1), stopped(1), stopped(1)]))
    assert "shop:3, container web ended with exit code 1" in cause.text
    assert below.text.startswith("3 tasks ended like this, the newest: ")


def test_percentages_that_allow_neither_a_stop_nor_a_start_are_the_cause() -> None:
    found = {
        "desiredCount": 1,
        "deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 150},
        "deployments": [{"status": "PRIMARY"}, {"status": "ACTIVE"}],
    }
    cause, *_ = diagnose(Facts(service=found))
    assert "minimumHealthyPercent 100 and maximumPercent 150" in cause.text
    assert "can neither stop a task nor start one" in cause.text
    assert not diagnose(Facts(service={**found, "desiredCount": 2}))


def test_a_deployment_that_failed_is_a_reason_even_without_a_task_to_show() -> None:
    failed = {"rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start"}
    reasons = diagnose(Facts(service={"deployments": [{"taskDefinition": "shop:3", **failed}]}))
    assert [reason.text for reason in reasons] == [
        "the deployment of shop:3 failed: tasks failed to start"
    ]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            Facts(tasks=[stopped(1), stopped(1)], logs={"t1/web": ["starting", "no database"]}),
            (
                "shop:3, container web ended with exit code 1: its own error: see the log; its last"
                ' words: "no database"'
            ),
        ),
        (
            Facts(
                tasks=[stopped(None, "container instance terminated")],
                logs={"t1/web": ["old line"]},
            ),
            (
                "shop:3, container web did not start: its instance went away (container instance"
                " terminated)"
            ),
        ),
        (
            Facts(
                failures=[{"reason": "RESOURCE:MEMORY"}],
                instances=[instance(memory=10), instance(memory=20, ports=("80",))],
                definition=DEFINITION,
            ),
            (
                "no instance has room for the task; on every instance: needs 192 MiB of memory, 10"
                " are free (RESOURCE:MEMORY)"
            ),
        ),
    ],
)
def test_the_first_line_is_the_likely_cause(facts: Facts, sentence: str) -> None:
    first = diagnose(facts)[0]
    assert (first.kind, first.text) == ("cause", f"likely cause: {sentence}")


def test_an_exhausted_quota_of_fargate_is_the_cause_of_a_task_without_a_place() -> None:
    message = (
        "(service shop) was unable to place a task. Reason: You've reached the limit on the number"
        " of vCPUs you can run concurrently."
    )
    facts = Facts(service={"events": [{"createdAt": 1, "message": message}]}, fargate=True)
    assert diagnose(facts)[0].text == (
        "likely cause: the account runs as much on Fargate as it may: stop other tasks, or ask for a"
        f" larger quota of vCPUs on Fargate ({message})"
    )


def test_symptoms_alone_have_no_cause_to_tell() -> None:
    failing = {"deployments": [{"failedTasks": 2, "taskDefinition": "shop:3"}]}
    assert [reason.kind for reason in diagnose(Facts(service=failing))] == ["deployment"]


def test_what_was_not_placed_before_the_service_was_steady_is_over() -> None:
    unplaced = {"createdAt": 1, "message": "(service shop) was unable to place a task because ..."}
    steady = {"createdAt": 2, "message": "(service shop) has reached a steady state."}
    assert diagnose(Facts(service={"events": [unplaced]}))
    assert diagnose(Facts(service={"events": [steady, unplaced]})) == ()


def test_what_we_or_the_scheduler_did_is_no_reason() -> None:
    ours = stopped(137, why="Scaling activity initiated by (deployment ecs-svc/1)")
    assert diagnose(Facts(tasks=[ours, stopped(143, stop="UserInitiated")])) == ()


def test_a_refused_placement_is_joined_with_what_is_free() -> None:
    failures = [{"reason": "RESOURCE:PORTS"}, {"reason": "RESOURCE:PORTS"}]
    reasons = diagnose(
        Facts(failures=failures, instances=[instance(ports=("80",))], definition=DEFINITION)
    )
    assert [reason.text for reason in reasons] == [
        (
            "likely cause: no instance has room for the task; on every instance: port 80/tcp is taken"
            " (RESOURCE:PORTS)"
        ),
        "instance i-1: port 80/tcp is taken",
    ]


def test_a_cluster_without_instances_is_the_first_reason() -> None:
    first, *_ = diagnose(Facts(failures=[{"reason": "RESOURCE:MEMORY"}], definition=DEFINITION))
    assert "no container instance" in first.text


def test_causes_come_before_health_and_logs_come_last() -> None:
    target = {
        "Target": {"Id": "10.0.0.1", "Port": 80},
        "TargetHealth": {"State": "unhealthy", "Description": "502"},
    }
    event = {"createdAt": 1, "message": "(service shop) was unable to place a task because ..."}
    facts = Facts(
        service={"events": [event]},
        tasks=[stopped(1, why="Essential container in task exited")],
        targets=[target],
        instances=[instance()],
        definition=DEFINITION,
        logs={"t1/web": ["boom"]},
    )
    assert [reason.kind for reason in diagnose(facts)] == [
        "cause",
        "placement",
        "health",
        "stopped",
        "log",
    ]


@pytest.mark.parametrize(
    ("task", "bad"),
    [
        (stopped(0), False),
        (stopped(1), True),
        (stopped(None), True),
        (stopped(0, stop="TaskFailedToStart"), True),
        ({"lastStatus": "RUNNING", "containers": []}, False),
    ],
)
def test_which_ends_are_bad(task: dict[str, Any], bad: bool) -> None:
    assert ended_badly(task) is bad
