"""Tasks from RunTask to STOPPED: placement and its failures, ports, states, reasons, dependencies,
logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused

FARGATE = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256"}


def failures(sandbox: Sandbox, definition: str, **options: Any) -> list[str]:
    answer = sandbox.client("ecs").run_task(cluster="demo", taskDefinition=definition, **options)
    return [one["reason"] for one in answer["failures"]]


def container(task: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in task["containers"] if one["name"] == name)


def test_a_task_lives_and_is_stopped(sandbox: Sandbox) -> None:
    sandbox.cluster()
    task = sandbox.run(sandbox.definition(), startedBy="me", tags=[{"key": "a", "value": "b"}])
    assert (task["lastStatus"], task["desiredStatus"]) == ("PENDING", "RUNNING")
    sandbox.settle()
    task = sandbox.task(task)
    assert (task["lastStatus"], task["group"], task["startedBy"]) == ("RUNNING", "family:web", "me")
    assert task["createdAt"] < task["startedAt"]
    assert task["tags"] == [{"key": "a", "value": "b"}]
    sandbox.client("ecs").stop_task(cluster="demo", task=task["taskArn"], reason="enough")
    sandbox.settle()
    task = sandbox.task(task)
    assert (task["lastStatus"], task["stopCode"], task["stoppedReason"]) == (
        "STOPPED",
        "UserInitiated",
        "enough",
    )
    assert task["stoppedAt"] >= task["stoppingAt"]
    assert container(task, "web")["exitCode"] == 0


def test_a_new_cluster_has_no_room(sandbox: Sandbox) -> None:
    sandbox.cluster(0)
    ecs = sandbox.client("ecs")
    code, message = refused(ecs.run_task, cluster="demo", taskDefinition=sandbox.definition())
    assert (code, message) == (
        "InvalidParameterException",
        "No Container Instances were found in your cluster.",
    )


@pytest.mark.parametrize(
    ("containers", "reason"),
    [
        ([{"cpu": 9000}], "RESOURCE:CPU"),
        ([{"memory": 9000}], "RESOURCE:MEMORY"),
        ([{"resourceRequirements": [{"type": "GPU", "value": "1"}]}], "RESOURCE:GPU"),
        ([{"portMappings": [{"containerPort": 22, "hostPort": 22}]}], "RESOURCE:PORTS"),
    ],
)
def test_what_does_not_fit_fails_with_the_code_of_ecs(
    sandbox: Sandbox, containers: list, reason: str
) -> None:
    sandbox.cluster()
    assert failures(sandbox, sandbox.definition(containers=containers)) == [reason]


def test_two_tasks_with_one_static_port_do_not_fit_on_one_instance(sandbox: Sandbox) -> None:
    sandbox.cluster()
    definition = sandbox.definition(
        containers=[{"portMappings": [{"containerPort": 80, "hostPort": 80}]}]
    )
    task = sandbox.run(definition)
    sandbox.settle()
    assert container(sandbox.task(task), "web")["networkBindings"] == [
        {"bindIP": "0.0.0.0", "containerPort": 80, "hostPort": 80, "protocol": "tcp"}
    ]
    assert failures(sandbox, definition) == ["RESOURCE:PORTS"]
    sandbox.client("ecs").stop_task(cluster="demo", task=task["taskArn"])
    sandbox.settle()
    assert failures(sandbox, definition) == []


def test_dynamic_ports_begin_at_32768(sandbox: Sandbox) -> None:
    sandbox.cluster()
    mappings = [{"containerPort": 80}, {"containerPort": 53, "protocol": "udp"}]
    definition = sandbox.definition(containers=[{"portMappings": mappings}])
    tasks = [sandbox.run(definition) for _ in range(3)]
    sandbox.settle()
    bound = [
        binding
        for task in tasks
        for binding in container(sandbox.task(task), "web")["networkBindings"]
    ]
    ports = [(one["hostPort"], one["protocol"]) for one in bound]
    assert len(set(ports)) == 6
    assert all(32768 <= port <= 60999 for port, _ in ports)


def test_constraints_and_strategies(sandbox: Sandbox) -> None:
    sandbox.cluster(2)
    sandbox.cluster(1, "t3.small")
    definition = sandbox.definition()
    only = [{"type": "memberOf", "expression": "attribute:ecs.instance-type == t3.small"}]
    tasks = [sandbox.run(definition, placementConstraints=only) for _ in range(2)]
    assert len({task["containerInstanceArn"] for task in tasks}) == 1
    small = tasks[0]["containerInstanceArn"]

    distinct = [{"type": "distinctInstance"}]
    placed = [
        sandbox.run(definition, placementConstraints=distinct, group="apart") for _ in range(3)
    ]
    assert len({task["containerInstanceArn"] for task in placed}) == 3
    assert set(failures(sandbox, definition, placementConstraints=distinct, group="apart")) == {
        "DistinctInstance placement constraint unsatisfied."
    }
    none = [{"type": "memberOf", "expression": "attribute:ecs.instance-type =~ m5.*"}]
    assert set(failures(sandbox, definition, placementConstraints=none)) == {
        "MemberOf placement constraint unsatisfied."
    }

    packed = [
        sandbox.run(
            definition, group="packed", placementStrategy=[{"type": "binpack", "field": "memory"}]
        )
        for _ in range(3)
    ]
    assert len({task["containerInstanceArn"] for task in packed}) == 1
    assert packed[0]["containerInstanceArn"] != small


def test_a_one_off_task_ends_by_itself(sandbox: Sandbox) -> None:
    sandbox.cluster()
    overrides = {"containerOverrides": [{"name": "web", "command": ["sleep", "300"]}]}
    task = sandbox.run(sandbox.definition(), overrides=overrides)
    sandbox.settle(200)
    assert sandbox.task(task)["lastStatus"] == "RUNNING"
    sandbox.settle(200)
    task = sandbox.task(task)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert task["stoppedReason"] == "Essential container in task exited"
    assert container(task, "web")["exitCode"] == 0


@pytest.mark.parametrize(
    ("command", "code"), [(["sh", "-c", "echo hi; exit 3"], 3), (["false"], 1), (["/bin/true"], 0)]
)
def test_the_exit_code_is_that_of_the_command(
    sandbox: Sandbox, command: list[str], code: int
) -> None:
    sandbox.cluster()
    task = sandbox.run(sandbox.definition(containers=[{"command": command}]))
    sandbox.settle()
    assert container(sandbox.task(task), "web")["exitCode"] == code


def test_containers_start_in_the_order_of_their_dependencies(sandbox: Sandbox) -> None:
    sandbox.cluster()
    definition = sandbox.definition(
        containers=[
            {"name": "app", "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}]},
            {"name": "init", "essential": False, "command": ["sleep", "60"]},
        ]
    )
    task = sandbox.run(definition)
    sandbox.settle(30)
    early = sandbox.task(task)
    assert (early["lastStatus"], container(early, "app")["lastStatus"]) == ("PENDING", "PENDING")
    assert container(early, "init")["lastStatus"] == "RUNNING"
    sandbox.settle(60)
    late = sandbox.task(task)
    assert (late["lastStatus"], container(late, "app")["lastStatus"]) == ("RUNNING", "RUNNING")
    assert container(late, "init")["exitCode"] == 0


def test_a_dependency_that_fails_stops_the_task(sandbox: Sandbox) -> None:
    sandbox.cluster()
    definition = sandbox.definition(
        containers=[
            {"name": "app", "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}]},
            {"name": "init", "essential": False, "command": ["exit 4"]},
        ]
    )
    task = sandbox.run(definition)
    sandbox.settle()
    task = sandbox.task(task)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "TaskFailedToStart")
    assert container(task, "init")["exitCode"] == 4
    assert "exitCode" not in container(task, "app")


def test_a_container_that_is_not_essential_may_end(sandbox: Sandbox) -> None:
    sandbox.cluster()
    task = sandbox.run(
        sandbox.definition(
            containers=[{"name": "web"}, {"name": "once", "essential": False, "command": ["true"]}]
        )
    )
    sandbox.settle()
    task = sandbox.task(task)
    assert task["lastStatus"] == "RUNNING"
    assert container(task, "once")["exitCode"] == 0


def test_health_is_that_of_the_checks(sandbox: Sandbox) -> None:
    sandbox.cluster()
    check = {"command": ["CMD", "true"], "interval": 5}
    good = sandbox.definition("good", [{"healthCheck": check}])
    bad = sandbox.definition(
        "bad", [{"healthCheck": check, "dockerLabels": {"ecscli.sandbox.healthy": "false"}}]
    )
    plain = sandbox.definition("plain")
    tasks = [sandbox.run(one) for one in (good, bad, plain)]
    sandbox.settle()
    assert [sandbox.task(one)["healthStatus"] for one in tasks] == [
        "HEALTHY",
        "UNHEALTHY",
        "UNKNOWN",
    ]


def test_a_restart_policy_restarts_the_container(sandbox: Sandbox) -> None:
    sandbox.cluster()
    policy = {"enabled": True, "ignoredExitCodes": [0], "restartAttemptPeriod": 60}
    task = sandbox.run(
        sandbox.definition(
            containers=[{"command": ["sh", "-c", "sleep 5; exit 1"], "restartPolicy": policy}]
        )
    )
    sandbox.settle(30)
    assert sandbox.task(task)["lastStatus"] == "RUNNING"


def test_an_image_that_cannot_be_pulled(sandbox: Sandbox) -> None:
    sandbox.cluster()
    sandbox.control("images", image="nginx:nope", reason="manifest for nginx:nope not found")
    task = sandbox.run(sandbox.definition(containers=[{"image": "nginx:nope"}]))
    sandbox.settle()
    task = sandbox.task(task)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "TaskFailedToStart")
    assert task["stoppedReason"] == "CannotPullContainerError: manifest for nginx:nope not found"
    assert container(task, "web")["reason"] == task["stoppedReason"]


def test_a_secret_that_is_not_there(sandbox: Sandbox) -> None:
    sandbox.cluster()
    definition = sandbox.definition(
        containers=[{"secrets": [{"name": "KEY", "valueFrom": "/no/such"}]}],
        executionRoleArn="execution",
    )
    task = sandbox.run(definition)
    sandbox.settle()
    assert "invalid ssm parameters: /no/such" in sandbox.task(task)["stoppedReason"]
    sandbox.client("ssm").put_parameter(Name="/no/such", Value="x", Type="SecureString")
    task = sandbox.run(definition)
    sandbox.settle()
    assert sandbox.task(task)["lastStatus"] == "RUNNING"


def test_what_a_container_writes_reaches_its_log_group(sandbox: Sandbox) -> None:
    sandbox.cluster()
    logging = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "web",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "p",
        },
    }
    definition = sandbox.definition(
        containers=[
            {"command": ["sh", "-c", "echo one; echo two; sleep 9"], "logConfiguration": logging}
        ]
    )
    task = sandbox.run(definition)
    sandbox.settle()
    assert (
        "The specified log group does not exist" in container(sandbox.task(task), "web")["reason"]
    )
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName="web")
    task = sandbox.run(definition)
    sandbox.settle()
    stream = f"p/web/{task['taskArn'].rpartition('/')[2]}"
    events = logs.get_log_events(logGroupName="web", logStreamName=stream)["events"]
    assert [one["message"] for one in events] == ["one", "two"]


def test_awsvpc_tasks_get_an_interface_and_lose_it(sandbox: Sandbox) -> None:
    sandbox.cluster(0)
    ec2 = sandbox.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    definition = sandbox.definition(
        networkMode="awsvpc", cpu="256", memory="512", requiresCompatibilities=["FARGATE"]
    )
    network = {"awsvpcConfiguration": {"subnets": [subnet], "assignPublicIp": "ENABLED"}}
    task = sandbox.run(definition, launchType="FARGATE", networkConfiguration=network)
    assert task["lastStatus"] == "PROVISIONING"
    sandbox.settle()
    task = sandbox.task(task)
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    assert (task["lastStatus"], task["launchType"], task["platformVersion"]) == (
        "RUNNING",
        "FARGATE",
        "1.4.0",
    )
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])
    assert interface["NetworkInterfaces"][0]["Association"]["PublicIp"].startswith("54.")
    assert (
        container(task, "web")["networkInterfaces"][0]["privateIpv4Address"]
        == details["privateIPv4Address"]
    )
    sandbox.client("ecs").stop_task(cluster="demo", task=task["taskArn"])
    sandbox.settle()
    assert sandbox.task(task)["attachments"][0]["status"] == "DELETED"
    assert details["networkInterfaceId"] not in str(
        ec2.describe_network_interfaces()["NetworkInterfaces"]
    )


def test_no_capacity_for_fargate(sandbox: Sandbox) -> None:
    sandbox.cluster()
    definition = sandbox.definition()
    sandbox.control("capacity", reason="Capacity is unavailable at this time.")
    assert failures(sandbox, definition) == ["Capacity is unavailable at this time."]
    sandbox.control("capacity", reason="")
    assert failures(sandbox, definition) == []


def test_lists_are_filtered_and_paged(sandbox: Sandbox) -> None:
    sandbox.cluster(4)
    ecs = sandbox.client("ecs")
    definition, other = (
        sandbox.definition(containers=[{"memory": 6}]),
        sandbox.definition("other", [{"memory": 6}]),
    )
    for _ in range(12):
        ecs.run_task(cluster="demo", taskDefinition=definition, count=10)
    sandbox.run(other, startedBy="me")
    assert len(sandbox.tasks()) == 121
    assert len(sandbox.tasks(family="other")) == 1
    assert len(sandbox.tasks(startedBy="me")) == 1
    assert sandbox.tasks(desiredStatus="STOPPED") == []
    assert len(ecs.list_tasks(cluster="demo")["taskArns"]) == 100
    assert ecs.describe_tasks(cluster="demo", tasks=["nope"])["failures"][0]["reason"] == "MISSING"
    assert refused(ecs.list_tasks, cluster="nope") == (
        "ClusterNotFoundException",
        "Cluster not found.",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"containers": [{"memory": None}]},
            "At least one of 'memory' or 'memoryReservation' must be specified",
        ),
        ({"containers": [{}, {}]}, "unique"),
        ({"containers": [{"essential": False}]}, "At least one container must be essential"),
        (
            {"containers": [{"mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]}]},
            "Unknown volume 'v'",
        ),
        (
            {"containers": [{"dependsOn": [{"containerName": "x", "condition": "START"}]}]},
            "does not exist",
        ),
        ({"requiresCompatibilities": ["FARGATE"]}, "awsvpc"),
        ({**FARGATE, "memory": "9999"}, "No Fargate"),
        (
            {
                "networkMode": "awsvpc",
                "containers": [{"portMappings": [{"containerPort": 8, "hostPort": 9}]}],
            },
            "match",
        ),
    ],
)
def test_definitions_are_refused_as_ecs_refuses_them(
    sandbox: Sandbox, change: dict, message: str
) -> None:
    containers = [
        {"name": "web", "image": "nginx", "memory": 100, **one}
        for one in change.pop("containers", [{}])
    ]
    containers = [
        {key: value for key, value in one.items() if value is not None} for one in containers
    ]
    code, text = refused(
        sandbox.client("ecs").register_task_definition,
        family="web",
        containerDefinitions=containers,
        **change,
    )
    assert code == "ClientException"
    assert message in text


def test_revisions_are_counted_listed_and_retired(sandbox: Sandbox) -> None:
    ecs = sandbox.client("ecs")
    first, second = sandbox.definition(), sandbox.definition()
    assert (first[-5:], second[-5:]) == ("web:1", "web:2")
    assert ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["revision"] == 2
    ecs.deregister_task_definition(taskDefinition=second)
    assert ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["revision"] == 1
    assert ecs.list_task_definitions(familyPrefix="web")["taskDefinitionArns"] == [first]
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == ["web"]
    described = ecs.describe_task_definition(taskDefinition=first)["taskDefinition"]
    assert {"name": "com.amazonaws.ecs.capability.docker-remote-api.1.18"} in described[
        "requiresAttributes"
    ]
    assert described["containerDefinitions"][0]["essential"] is True


def test_what_is_asked_twice_is_done_once(sandbox: Sandbox) -> None:
    ecs = sandbox.client("ecs")
    sandbox.cluster()
    web, other = sandbox.definition(), sandbox.definition("other")
    first = sandbox.run(web, clientToken="one")
    assert sandbox.run(web, clientToken="one")["taskArn"] == first["taskArn"]
    assert (
        refused(ecs.run_task, cluster="demo", taskDefinition=other, clientToken="one")[0]
        == "ConflictException"
    )
    service = {"cluster": "demo", "serviceName": "web", "taskDefinition": web, "desiredCount": 1}
    made = [ecs.create_service(**service)["service"] for _ in range(2)]
    assert made[0]["deployments"][0]["id"] == made[1]["deployments"][0]["id"]
    code, message = refused(ecs.create_service, **{**service, "desiredCount": 2})
    assert (code, message) == (
        "InvalidParameterException",
        "Creation of service was not idempotent.",
    )
    assert refused(ecs.deregister_task_definition, taskDefinition="web") == (
        "ClientException",
        "Revision is missing.",
    )
    assert refused(ecs.list_tasks, cluster="demo", maxResults=101)[0] == "InvalidParameterException"


def test_an_execution_role_that_may_not_read_a_secret_starts_nothing(sandbox: Sandbox) -> None:
    sandbox.cluster()
    iam, secrets = sandbox.client("iam"), sandbox.client("secretsmanager")
    role = iam.create_role(RoleName="exec", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    names = ("shop/db", "shop/key")
    arns = [secrets.create_secret(Name=one, SecretString="x")["ARN"] for one in names]
    sandbox.client("ssm").put_parameter(Name="/shop/user", Value="me", Type="SecureString")
    statement = {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": arns[0],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(RoleName="exec", PolicyName="read", PolicyDocument=json.dumps(policy))
    found = {}
    for source in (*arns, "/shop/user"):
        definition = sandbox.definition(
            containers=[{"secrets": [{"name": "S", "valueFrom": source}]}], executionRoleArn=role
        )
        task = sandbox.run(definition)
        sandbox.settle()
        found[source] = sandbox.task(task).get("stoppedReason", "runs")
    assert found[arns[0]] == "runs"
    for source, action in ((arns[1], "secretsmanager:GetSecretValue"), ("/shop/user", "ssm:Get")):
        assert found[source].startswith("ResourceInitializationError: unable to pull secrets")
        assert f"is not authorized to perform: {action}" in found[source]
