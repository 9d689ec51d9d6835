"""Services: counts kept, deployments rolled, circuit broken and rolled back, traffic, events,
deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused

FAILING = {"command": ["false"]}


def create(
    sandbox: Sandbox, definition: str, count: int = 1, name: str = "web", **options: Any
) -> dict[str, Any]:
    answer = sandbox.client("ecs").create_service(
        cluster="demo", serviceName=name, taskDefinition=definition, desiredCount=count, **options
    )
    return answer["service"]


def update(sandbox: Sandbox, **options: Any) -> dict[str, Any]:
    return sandbox.client("ecs").update_service(cluster="demo", service="web", **options)["service"]


def messages(sandbox: Sandbox, name: str = "web") -> list[str]:
    """The events, the oldest first, without the name of the service."""
    events = sandbox.service(name)["events"]
    return [one["message"].removeprefix(f"(service {name}) ") for one in reversed(events)]


def test_the_desired_count_is_kept(sandbox: Sandbox) -> None:
    sandbox.cluster(2)
    made = create(sandbox, sandbox.definition(), 3)
    assert (made["status"], made["runningCount"]) == ("ACTIVE", 0)
    sandbox.settle()
    service = sandbox.service()
    (deployment,) = service["deployments"]
    assert (service["runningCount"], service["pendingCount"]) == (3, 0)
    assert (deployment["status"], deployment["rolloutState"]) == ("PRIMARY", "COMPLETED")
    assert {task["startedBy"] for task in sandbox.tasks(serviceName="web")} == {deployment["id"]}
    told = messages(sandbox)
    assert told[0].startswith("has started 3 tasks: (task ")
    assert told[-1] == "has reached a steady state."
    victim = sandbox.tasks(serviceName="web")[0]["taskArn"]
    sandbox.client("ecs").stop_task(cluster="demo", task=victim)
    sandbox.settle()
    assert sandbox.service()["runningCount"] == 3
    assert victim not in [task["taskArn"] for task in sandbox.tasks(serviceName="web")]
    update(sandbox, desiredCount=1)
    sandbox.settle()
    assert sandbox.service()["runningCount"] == 1
    assert sandbox.service()["deployments"][0]["id"] == deployment["id"]


def test_an_update_rolls_within_its_limits(sandbox: Sandbox) -> None:
    """With one static port on each of two instances, old tasks must go before new ones come."""
    sandbox.cluster(2)
    port = {"portMappings": [{"containerPort": 80, "hostPort": 80}]}
    limits = {"maximumPercent": 100, "minimumHealthyPercent": 50}
    create(sandbox, sandbox.definition(containers=[port]), 2, deploymentConfiguration=limits)
    sandbox.settle()
    updated = update(
        sandbox, taskDefinition=sandbox.definition(containers=[{**port, "image": "nginx:2"}])
    )
    assert [one["status"] for one in updated["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert updated["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    sandbox.settle()
    service = sandbox.service()
    assert [one["rolloutState"] for one in service["deployments"]] == ["COMPLETED"]
    assert service["taskDefinition"].endswith("web:2")
    assert {task["taskDefinitionArn"][-5:] for task in sandbox.tasks(serviceName="web")} == {
        "web:2"
    }


def test_static_ports_block_a_rollout_that_may_not_stop_anything(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    create(
        sandbox,
        sandbox.definition(containers=[{"portMappings": [{"containerPort": 80, "hostPort": 80}]}]),
    )
    sandbox.settle()
    update(
        sandbox,
        taskDefinition=sandbox.definition(
            containers=[{"portMappings": [{"containerPort": 80, "hostPort": 80}]}]
        ),
    )
    sandbox.settle()
    service = sandbox.service()
    assert [one["runningCount"] for one in service["deployments"]] == [0, 1]
    assert "is already using a port required by your task" in messages(sandbox)[-1]


def test_a_forced_deployment_replaces_every_task(sandbox: Sandbox) -> None:
    sandbox.cluster()
    create(sandbox, sandbox.definition(), 2)
    sandbox.settle()
    before = {task["taskArn"] for task in sandbox.tasks()}
    update(sandbox, forceNewDeployment=True)
    sandbox.settle()
    after = {task["taskArn"] for task in sandbox.tasks()}
    assert len(after) == 2
    assert not after & before


def test_no_instances_no_tasks_and_an_event_that_says_so(sandbox: Sandbox) -> None:
    sandbox.cluster(0)
    create(sandbox, sandbox.definition())
    sandbox.settle()
    (message,) = messages(sandbox)
    assert "unable to place a task" in message
    assert "No Container Instances were found in your cluster." in message
    sandbox.cluster(1)
    sandbox.settle()
    assert sandbox.service()["runningCount"] == 1


def test_the_circuit_breaker_rolls_back(sandbox: Sandbox) -> None:
    sandbox.cluster()
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    create(sandbox, sandbox.definition(), 2, deploymentConfiguration=breaker)
    sandbox.settle()
    good = sandbox.service()["deployments"][0]["id"]
    bad = update(sandbox, taskDefinition=sandbox.definition(containers=[FAILING]))["deployments"][
        0
    ]["id"]
    sandbox.settle()
    service = sandbox.service()
    assert service["taskDefinition"].endswith("web:1")
    assert service["runningCount"] == 2
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    told = messages(sandbox)
    assert f"(deployment {bad}) deployment failed: tasks failed to start." in told
    assert f"rolling back to deployment {good}." in told


@pytest.mark.parametrize("command", [["exit 1"], ["sleep 0.05; exit 1"], ["sleep 2; exit 0"]])
def test_a_crash_loop_after_running_opens_the_circuit_breaker(
    sandbox: Sandbox, command: list[str]
) -> None:
    sandbox.cluster()
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    create(sandbox, sandbox.definition(), 2, deploymentConfiguration=breaker)
    sandbox.settle()
    crashing = sandbox.definition(containers=[{"command": ["sh", "-c", *command]}])
    bad = update(sandbox, taskDefinition=crashing)["deployments"][0]["id"]
    sandbox.settle(60)
    service = sandbox.service()
    assert service["taskDefinition"].endswith("web:1")
    assert service["runningCount"] == 2
    assert f"(deployment {bad}) deployment failed: tasks failed to start." in messages(sandbox)
    assert f"(deployment {bad}) deployment completed." not in messages(sandbox)


def test_without_rollback_a_failed_deployment_stays_failed(sandbox: Sandbox) -> None:
    sandbox.cluster()
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    create(sandbox, sandbox.definition(containers=[FAILING]), deploymentConfiguration=breaker)
    sandbox.settle()
    (deployment,) = sandbox.service()["deployments"]
    assert deployment["rolloutState"] == "FAILED"
    assert deployment["failedTasks"] >= 3
    assert "circuit breaker" in deployment["rolloutStateReason"]
    ended = sandbox.tasks(desiredStatus="STOPPED")
    assert len(ended) == deployment["failedTasks"]


def test_a_crash_loop_slows_down_and_says_so(sandbox: Sandbox) -> None:
    sandbox.cluster()
    sandbox.control("pace", pace=1)
    create(sandbox, sandbox.definition(containers=[FAILING]))
    sandbox.settle(600)
    assert any("unable to consistently start tasks" in one for one in messages(sandbox))
    assert len(sandbox.tasks(desiredStatus="STOPPED")) < 50


def test_unhealthy_tasks_are_replaced(sandbox: Sandbox) -> None:
    sandbox.cluster()
    labels = {"ecscli.sandbox.unhealthy-after": "60"}
    definition = sandbox.definition(
        containers=[
            {"healthCheck": {"command": ["CMD", "true"], "interval": 5}, "dockerLabels": labels}
        ]
    )
    create(sandbox, definition)
    sandbox.settle(30)
    (first,) = sandbox.tasks(serviceName="web")
    assert first["healthStatus"] == "HEALTHY"
    sandbox.settle(40)
    gone = sandbox.task(first)
    assert gone["stoppedReason"] == "Task failed container health checks"
    assert sandbox.service()["runningCount"] == 1


def test_a_daemon_runs_once_on_every_instance(sandbox: Sandbox) -> None:
    sandbox.cluster(2)
    sandbox.client("ecs").create_service(
        cluster="demo",
        serviceName="web",
        taskDefinition=sandbox.definition(),
        schedulingStrategy="DAEMON",
    )
    sandbox.settle()
    assert sandbox.service()["runningCount"] == 2
    sandbox.cluster(1)
    sandbox.settle()
    assert len({task["containerInstanceArn"] for task in sandbox.tasks()}) == 3
    update(sandbox, taskDefinition=sandbox.definition())
    sandbox.settle()
    service = sandbox.service()
    assert (service["runningCount"], len(service["deployments"])) == (3, 1)


def test_deletion_drains_and_the_name_is_free_again(sandbox: Sandbox) -> None:
    sandbox.cluster()
    ecs = sandbox.client("ecs")
    definition = sandbox.definition()
    create(sandbox, definition)
    sandbox.settle()
    code, message = refused(ecs.delete_service, cluster="demo", service="web")
    assert (code, message) == (
        "InvalidParameterException",
        "The service cannot be stopped while it is scaled above 0.",
    )
    code, _ = refused(ecs.delete_cluster, cluster="demo")
    assert code == "ClusterContainsContainerInstancesException"
    sandbox.control("pace", pace=1)
    assert (
        ecs.delete_service(cluster="demo", service="web", force=True)["service"]["status"]
        == "DRAINING"
    )
    assert (
        "still Draining"
        in refused(
            ecs.create_service,
            cluster="demo",
            serviceName="web",
            taskDefinition=definition,
            desiredCount=1,
        )[1]
    )
    sandbox.settle(600)
    assert sandbox.service()["status"] == "INACTIVE"
    assert ecs.list_services(cluster="demo")["serviceArns"] == []
    create(sandbox, definition)


def test_tags_reach_the_tasks(sandbox: Sandbox) -> None:
    sandbox.cluster()
    create(
        sandbox,
        sandbox.definition(),
        tags=[{"key": "team", "value": "a"}],
        propagateTags="SERVICE",
        enableECSManagedTags=True,
    )
    sandbox.settle()
    (task,) = sandbox.tasks()
    tags = {one["key"]: one["value"] for one in sandbox.task(task)["tags"]}
    assert tags == {"team": "a", "aws:ecs:clusterName": "demo", "aws:ecs:serviceName": "web"}


def balancer(sandbox: Sandbox, kind: str = "instance") -> str:
    """A target group behind a load balancer; its ARN."""
    ec2, elb = sandbox.client("ec2"), sandbox.client("elbv2")
    subnets = ec2.describe_subnets()["Subnets"][:2]
    made = elb.create_load_balancer(Name="front", Subnets=[one["SubnetId"] for one in subnets])[
        "LoadBalancers"
    ][0]
    group = elb.create_target_group(
        Name="group", Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"], TargetType=kind
    )["TargetGroups"][0]["TargetGroupArn"]
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action]
    )
    return group


def health(sandbox: Sandbox, group: str) -> list[tuple[str, int, str]]:
    found = sandbox.client("elbv2").describe_target_health(TargetGroupArn=group)[
        "TargetHealthDescriptions"
    ]
    return [
        (one["Target"]["Id"], one["Target"]["Port"], one["TargetHealth"]["State"]) for one in found
    ]


def test_targets_are_registered_and_drained(sandbox: Sandbox) -> None:
    (ec2_id,) = sandbox.cluster()
    group = balancer(sandbox)
    balancers = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
    create(
        sandbox,
        sandbox.definition(containers=[{"portMappings": [{"containerPort": 80}]}]),
        2,
        loadBalancers=balancers,
    )
    sandbox.settle()
    assert sorted(health(sandbox, group)) == [
        (ec2_id, 32768, "healthy"),
        (ec2_id, 32769, "healthy"),
    ]
    assert sandbox.service()["deployments"][0]["rolloutState"] == "COMPLETED"
    assert any("registered 1 targets in (target-group" in one for one in messages(sandbox))
    sandbox.control("pace", pace=1)
    update(sandbox, desiredCount=1)
    sandbox.settle(60)
    assert sorted(state for _, _, state in health(sandbox, group)) == ["draining", "healthy"]
    sandbox.settle(600)
    assert len(health(sandbox, group)) == 1


def test_targets_that_somebody_deregisters_drain(sandbox: Sandbox) -> None:
    (ec2_id,) = sandbox.cluster()
    elb, group = sandbox.client("elbv2"), balancer(sandbox)
    target = {"Id": ec2_id, "Port": 80}
    sandbox.control("pace", pace=1)
    elb.register_targets(TargetGroupArn=group, Targets=[target])
    elb.deregister_targets(TargetGroupArn=group, Targets=[target])
    assert health(sandbox, group) == [(ec2_id, 80, "draining")]
    elb.register_targets(TargetGroupArn=group, Targets=[target])
    sandbox.settle(200)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": ec2_id}])
    sandbox.settle(200)  # the end of the first registration is not that of the second
    assert health(sandbox, group) == [(ec2_id, 80, "draining")]
    sandbox.settle(101)
    assert health(sandbox, group) == []


def test_tasks_that_fail_the_load_balancer_are_replaced(sandbox: Sandbox) -> None:
    sandbox.cluster()
    group = balancer(sandbox)
    labels = {"ecscli.sandbox.target-healthy": "false"}
    definition = sandbox.definition(
        containers=[{"portMappings": [{"containerPort": 80}], "dockerLabels": labels}]
    )
    create(
        sandbox,
        definition,
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
    )
    sandbox.settle(1)
    reasons = {task["stoppedReason"] for task in sandbox.tasks(desiredStatus="STOPPED")}
    assert reasons == {f"Task failed ELB health checks in (target-group {group})"}


def test_a_balancer_must_exist_and_fit(sandbox: Sandbox) -> None:
    sandbox.cluster()
    group = balancer(sandbox, "ip")
    definition = sandbox.definition(containers=[{"portMappings": [{"containerPort": 80}]}])
    ecs = sandbox.client("ecs")
    for target, words in ((group, "incompatible"), (group[:-3], "does not exist")):
        balancers = [{"targetGroupArn": target, "containerName": "web", "containerPort": 80}]
        _, message = refused(
            ecs.create_service,
            cluster="demo",
            serviceName="web",
            taskDefinition=definition,
            desiredCount=1,
            loadBalancers=balancers,
        )
        assert words in message


def test_cloud_map_knows_the_tasks(sandbox: Sandbox) -> None:
    sandbox.cluster()
    cloud_map = sandbox.client("servicediscovery")
    vpc = sandbox.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    cloud_map.create_private_dns_namespace(Name="local", Vpc=vpc)
    namespace = cloud_map.list_namespaces()["Namespaces"][0]["Id"]
    records = {"NamespaceId": namespace, "DnsRecords": [{"Type": "SRV", "TTL": 60}]}
    registry = cloud_map.create_service(Name="web", NamespaceId=namespace, DnsConfig=records)[
        "Service"
    ]
    definition = sandbox.definition(containers=[{"portMappings": [{"containerPort": 80}]}])
    create(
        sandbox,
        definition,
        2,
        serviceRegistries=[
            {"registryArn": registry["Arn"], "containerName": "web", "containerPort": 80}
        ],
    )
    sandbox.settle()
    found = cloud_map.list_instances(ServiceId=registry["Id"])["Instances"]
    assert sorted(one["Attributes"]["AWS_INSTANCE_PORT"] for one in found) == ["32768", "32769"]
    update(sandbox, desiredCount=0)
    sandbox.settle()
    assert cloud_map.list_instances(ServiceId=registry["Id"])["Instances"] == []
