"""What AWS fills in by itself: members of services and task definitions that nobody gave, words of
events and failures, limits of small calls."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.conftest import Sandbox, refused


def create(sandbox: Sandbox, name: str = "web", **options: Any) -> dict[str, Any]:
    return sandbox.client("ecs").create_service(cluster="demo", serviceName=name, **options)[
        "service"
    ]


def messages(sandbox: Sandbox, name: str) -> list[str]:
    return [one["message"].partition(") ")[2] for one in sandbox.service(name)["events"]]


def test_a_service_shows_the_defaults_of_its_deployments(sandbox: Sandbox) -> None:
    sandbox.cluster(0)
    made = create(sandbox, taskDefinition=sandbox.definition(), desiredCount=0)
    assert made["deploymentController"] == {"type": "ECS"}
    assert made["availabilityZoneRebalancing"] == "ENABLED"
    assert made["deploymentConfiguration"] == {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    }
    daemon = create(sandbox, "agent", taskDefinition="web", schedulingStrategy="DAEMON")
    assert daemon["availabilityZoneRebalancing"] == "DISABLED"


def test_given_settings_are_shown_as_given(sandbox: Sandbox) -> None:
    sandbox.cluster(0)
    breaker = {"enable": True, "rollback": True}
    made = create(
        sandbox,
        taskDefinition=sandbox.definition(),
        desiredCount=0,
        availabilityZoneRebalancing="DISABLED",
        deploymentConfiguration={"deploymentCircuitBreaker": breaker},
    )
    assert made["availabilityZoneRebalancing"] == "DISABLED"
    assert made["deploymentConfiguration"]["deploymentCircuitBreaker"] == breaker


def test_a_health_check_gets_its_defaults(sandbox: Sandbox) -> None:
    sandbox.definition(containers=[{"healthCheck": {"command": ["CMD-SHELL", "true"]}}])
    found = sandbox.client("ecs").describe_task_definition(taskDefinition="web")
    (container,) = found["taskDefinition"]["containerDefinitions"]
    assert container["healthCheck"] == {
        "command": ["CMD-SHELL", "true"],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
    }


def test_targets_come_and_go_with_an_event(sandbox: Sandbox) -> None:
    """The role is given by its name and shown as an ARN."""
    sandbox.cluster(1)
    group = target_group(sandbox)
    port = {"portMappings": [{"containerPort": 80}]}
    made = create(
        sandbox,
        taskDefinition=sandbox.definition(containers=[port]),
        desiredCount=1,
        role="ecsServiceRole",
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
    )
    assert made["roleArn"] == "arn:aws:iam::123456789012:role/ecsServiceRole"
    sandbox.settle()
    assert f"registered 1 targets in (target-group {group})" in messages(sandbox, "web")
    sandbox.client("ecs").update_service(cluster="demo", service="web", desiredCount=0)
    sandbox.settle()
    assert messages(sandbox, "web").count(f"deregistered 1 targets in (target-group {group})") == 1


def target_group(sandbox: Sandbox) -> str:
    """A target group behind a listener."""
    elbv2, ec2 = sandbox.client("elbv2"), sandbox.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"]
    balancer = elbv2.create_load_balancer(
        Name="front", Subnets=[one["SubnetId"] for one in subnets[:2]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"], TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return str(group)


def test_constraints_fail_in_the_words_of_ecs(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    nowhere = [{"type": "memberOf", "expression": "attribute:rack == 7"}]
    create(
        sandbox,
        "far",
        taskDefinition=sandbox.definition(),
        desiredCount=1,
        placementConstraints=nowhere,
    )
    apart = [{"type": "distinctInstance"}]
    create(sandbox, "apart", taskDefinition="web", desiredCount=2, placementConstraints=apart)
    sandbox.settle()
    assert 'encountered error "MemberOf placement constraint unsatisfied.".' in str(
        messages(sandbox, "far")
    )
    assert 'encountered error "DistinctInstance placement constraint unsatisfied.".' in str(
        messages(sandbox, "apart")
    )


def test_a_task_that_is_stopping_leaves_its_instance_to_a_distinct_one(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    slow = {"dockerLabels": {"ecscli.sandbox.stop-delay": "20"}}
    definition = sandbox.definition(containers=[slow])
    apart = {"placementConstraints": [{"type": "distinctInstance"}]}
    first = sandbox.run(definition, **apart)
    sandbox.settle(1)
    sandbox.client("ecs").stop_task(cluster="demo", task=first["taskArn"])
    sandbox.run(definition, **apart)
    assert sandbox.task(first)["lastStatus"] == "STOPPING"


def test_protection_has_its_limits(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    create(sandbox, taskDefinition=sandbox.definition(), desiredCount=1)
    sandbox.settle()
    ecs, task = sandbox.client("ecs"), sandbox.tasks()[0]["taskArn"]
    protect = {"cluster": "demo", "protectionEnabled": True}
    for minutes in (0, 2881):
        code, _ = refused(
            ecs.update_task_protection, tasks=[task], expiresInMinutes=minutes, **protect
        )
        assert code == "InvalidParameterException"
    assert refused(ecs.update_task_protection, tasks=[task] * 11, **protect)[0] == (
        "InvalidParameterException"
    )
    assert refused(ecs.get_task_protection, cluster="demo", tasks=[task] * 101)[0] == (
        "InvalidParameterException"
    )
    assert not ecs.get_task_protection(cluster="demo")["protectedTasks"][0]["protectionEnabled"]


def test_task_definitions_are_deleted_all_or_none(sandbox: Sandbox) -> None:
    ecs = sandbox.client("ecs")
    sandbox.definition()
    ecs.deregister_task_definition(taskDefinition="web:1")
    delete = ecs.delete_task_definitions
    assert refused(delete, taskDefinitions=[])[1] == "taskDefinitions cannot be empty."
    assert refused(delete, taskDefinitions=["web:1"] * 11)[0] == "InvalidParameterException"
    assert refused(delete, taskDefinitions=["web"])[1] == "Revision is missing."
    assert refused(delete, taskDefinitions=["web:1", "web:9"])[0] == "ClientException"
    found = ecs.describe_task_definition(taskDefinition="web:1")["taskDefinition"]
    assert found["status"] == "INACTIVE"
    assert delete(taskDefinitions=["web:1"])["taskDefinitions"][0]["status"] == (
        "DELETE_IN_PROGRESS"
    )


def test_cloud_map_gets_a_port_only_where_the_registry_names_one(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    cloud_map, ec2 = sandbox.client("servicediscovery"), sandbox.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    cloud_map.create_private_dns_namespace(Name="local", Vpc=subnet["VpcId"])
    namespace = cloud_map.list_namespaces()["Namespaces"][0]["Id"]
    found = {}
    for name, kind, port in (("plain", "A", {}), ("ported", "SRV", {"port": 80})):
        records = {"DnsRecords": [{"Type": kind, "TTL": 10}]}
        made = cloud_map.create_service(Name=name, NamespaceId=namespace, DnsConfig=records)
        create(
            sandbox,
            name,
            taskDefinition=sandbox.definition(networkMode="awsvpc"),
            desiredCount=1,
            networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet["SubnetId"]]}},
            serviceRegistries=[{"registryArn": made["Service"]["Arn"], **port}],
        )
        sandbox.settle()
        (instance,) = cloud_map.list_instances(ServiceId=made["Service"]["Id"])["Instances"]
        found[name] = instance["Attributes"].get("AWS_INSTANCE_PORT")
    assert found == {"plain": None, "ported": "80"}


def test_discover_instances_without_a_host_prefix(sandbox: Sandbox) -> None:
    """boto3 sends it to `data-` and the host, a name that no address has: `inject_host_prefix`."""
    import boto3
    from botocore.config import Config

    cloud_map = boto3.client(
        "servicediscovery",
        "us-east-1",
        endpoint_url=sandbox.url,
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(inject_host_prefix=False),
    )
    cloud_map.create_http_namespace(Name="local")
    namespace = cloud_map.list_namespaces()["Namespaces"][0]["Id"]
    service = cloud_map.create_service(Name="api", NamespaceId=namespace)["Service"]["Id"]
    cloud_map.register_instance(
        ServiceId=service, InstanceId="one", Attributes={"AWS_INSTANCE_IPV4": "10.0.0.9"}
    )
    found = cloud_map.discover_instances(NamespaceName="local", ServiceName="api")["Instances"]
    assert [one["InstanceId"] for one in found] == ["one"]


def test_images_are_filtered_by_tag_and_as_large_as_their_parts(sandbox: Sandbox) -> None:
    ecr = sandbox.client("ecr")
    ecr.create_repository(repositoryName="app")
    for letter, tag in (("a", {"imageTag": "v1"}), ("b", {})):
        ecr.put_image(repositoryName="app", imageManifest=manifest(letter), **tag)
    sizes = {}
    for status in ("TAGGED", "UNTAGGED", "ANY"):
        found = ecr.describe_images(repositoryName="app", filter={"tagStatus": status})
        sizes[status] = [
            (one.get("imageTags"), one["imageSizeInBytes"]) for one in found["imageDetails"]
        ]
    assert sizes["TAGGED"] == [(["v1"], 1_001_505)]
    assert sizes["UNTAGGED"] == [(None, 1_001_505)]
    assert len(sizes["ANY"]) == 2


def manifest(letter: str) -> str:
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    layers = [("f" * 64, 5), (letter * 64, 1_000_000)]
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": {"digest": f"sha256:{letter * 64}", "size": 1500},
            "layers": [{"digest": f"sha256:{name}", "size": size} for name, size in layers],
        }
    )
