"""Container instances: they join by their user data, show what they have, drain and leave."""

from __future__ import annotations

import base64
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from tests.sandbox.conftest import Sandbox


def instances(sandbox: Sandbox, **wanted: str) -> list[dict]:
    ecs = sandbox.client("ecs")
    arns = ecs.list_container_instances(cluster="demo", **wanted)["containerInstanceArns"]
    if not arns:
        return []
    return ecs.describe_container_instances(
        cluster="demo", containerInstances=arns, include=["TAGS"]
    )["containerInstances"]


def resource(instance: dict, name: str, kind: str = "remainingResources") -> object:
    found = next(one for one in instance[kind] if one["name"] == name)
    return found.get("stringSetValue") if found["type"] == "STRINGSET" else found["integerValue"]


def attributes(instance: dict) -> dict[str, str | None]:
    return {one["name"]: one.get("value") for one in instance["attributes"]}


def test_an_instance_joins_with_the_size_of_its_type(sandbox: Sandbox) -> None:
    sandbox.cluster(1, "t3.micro")
    (one,) = instances(sandbox)
    assert one["status"] == "ACTIVE"
    assert one["agentConnected"]
    assert resource(one, "CPU") == 2048
    assert resource(one, "MEMORY") == 983
    assert "22" in resource(one, "PORTS")
    assert attributes(one)["ecs.instance-type"] == "t3.micro"
    assert attributes(one)["ecs.cpu-architecture"] == "x86_64"
    assert attributes(one)["ecs.availability-zone"].startswith("us-east-1")
    assert one["versionInfo"]["agentVersion"]
    assert one["versionInfo"]["dockerVersion"].startswith("DockerVersion: ")


def test_arm_and_gpu_types_say_what_they_are(sandbox: Sandbox) -> None:
    sandbox.cluster(1, "t4g.small")
    sandbox.cluster(1, "g4dn.xlarge")
    by_type = {attributes(one)["ecs.instance-type"]: one for one in instances(sandbox)}
    assert attributes(by_type["t4g.small"])["ecs.cpu-architecture"] == "arm64"
    assert len(resource(by_type["g4dn.xlarge"], "GPU")) == 1


def test_user_data_may_be_a_mime_archive_with_attributes_and_tags(sandbox: Sandbox) -> None:
    sandbox.client("ecs").create_cluster(clusterName="demo")
    archive = MIMEMultipart()
    archive.attach(MIMEText("#cloud-config\npackages: []\n", "cloud-config"))
    script = (
        "#!/bin/bash\ncat <<'EOF' >>"
        ' /etc/ecs/ecs.config\nECS_CLUSTER=demo\nECS_INSTANCE_ATTRIBUTES={"stack":"blue"}\nECS_CONTAINER_INSTANCE_TAGS={"team":"größe'
        ' 100%"}\nEOF\n'
    )
    archive.attach(MIMEText(script, "x-shellscript", "utf-8"))
    sandbox.client("ec2").run_instances(
        ImageId="ami-1",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        UserData=archive.as_string(),
    )
    sandbox.settle()
    (one,) = instances(sandbox)
    assert attributes(one)["stack"] == "blue"
    assert one["tags"] == [{"key": "team", "value": "größe 100%"}]


def test_an_instance_waits_for_its_cluster(sandbox: Sandbox) -> None:
    sandbox.client("ec2").run_instances(
        ImageId="ami-1",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        UserData="#!/bin/sh\nECS_CLUSTER=demo",
    )
    sandbox.settle()
    sandbox.client("ecs").create_cluster(clusterName="demo")
    sandbox.settle()
    assert len(instances(sandbox)) == 1


def test_a_terminated_instance_leaves_and_its_tasks_are_lost(sandbox: Sandbox) -> None:
    (ec2_id,) = sandbox.cluster(1)
    task = sandbox.run(sandbox.definition())
    sandbox.settle()
    sandbox.client("ec2").terminate_instances(InstanceIds=[ec2_id])
    sandbox.settle()
    assert instances(sandbox) == []
    gone = sandbox.task(task)
    assert gone["lastStatus"] == "STOPPED"
    assert ec2_id in gone["stoppedReason"]
    assert "exitCode" not in gone["containers"][0]
    assert sandbox.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []


def test_draining_moves_service_tasks_and_leaves_the_others(sandbox: Sandbox) -> None:
    sandbox.cluster(2)
    ecs = sandbox.client("ecs")
    definition = sandbox.definition()
    ecs.create_service(cluster="demo", serviceName="web", taskDefinition=definition, desiredCount=2)
    sandbox.settle()
    first, second = instances(sandbox)
    alone = ecs.start_task(
        cluster="demo",
        taskDefinition=definition,
        containerInstances=[first["containerInstanceArn"]],
    )["tasks"][0]
    sandbox.settle()
    ecs.update_container_instances_state(
        cluster="demo", containerInstances=[first["containerInstanceArn"]], status="DRAINING"
    )
    sandbox.settle()
    where = {task["containerInstanceArn"] for task in sandbox.tasks(serviceName="web")}
    assert where == {second["containerInstanceArn"]}
    assert sandbox.task(alone)["lastStatus"] == "RUNNING"
    assert len(instances(sandbox, status="DRAINING")) == 1


def test_an_instance_that_is_cut_off_gets_no_tasks(sandbox: Sandbox) -> None:
    (ec2_id,) = sandbox.cluster(1)
    sandbox.control("instances/connect", instance=ec2_id, connected=False)
    definition = sandbox.definition()
    failures = sandbox.client("ecs").run_task(cluster="demo", taskDefinition=definition)["failures"]
    assert [one["reason"] for one in failures] == ["AGENT"]
    sandbox.control("instances/connect", instance=ec2_id, connected=True)
    sandbox.run(definition)


def test_custom_attributes_are_put_listed_and_deleted(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    ecs = sandbox.client("ecs")
    (one,) = instances(sandbox)
    mine = {"name": "rack", "value": "7", "targetId": one["containerInstanceArn"]}
    ecs.put_attributes(cluster="demo", attributes=[mine])
    listed = ecs.list_attributes(
        cluster="demo", targetType="container-instance", attributeName="rack"
    )
    assert [(at["value"], at["targetId"]) for at in listed["attributes"]] == [
        ("7", one["containerInstanceArn"])
    ]
    assert ecs.list_container_instances(cluster="demo", filter="attribute:rack == 7")[
        "containerInstanceArns"
    ]
    ecs.delete_attributes(cluster="demo", attributes=[mine])
    assert not ecs.list_attributes(
        cluster="demo", targetType="container-instance", attributeName="rack"
    )["attributes"]


def test_the_agent_can_be_asked(sandbox: Sandbox) -> None:
    (ec2_id,) = sandbox.cluster(1)
    sandbox.run(sandbox.definition(containers=[{"portMappings": [{"containerPort": 80}]}]))
    sandbox.settle()
    (cluster,) = sandbox.read("/_sandbox/status")["regions"][0]["clusters"]
    address = cluster["instances"][0]["introspection"]
    assert sandbox.read(address + "metadata")["Cluster"] == "demo"
    (task,) = sandbox.read(address + "tasks")["Tasks"]
    assert task["KnownStatus"] == "RUNNING"
    assert task["Containers"][0]["Ports"] == [
        {"ContainerPort": 80, "Protocol": "tcp", "HostPort": 32768}
    ]
    assert ec2_id in address


@pytest.mark.parametrize(
    "encode", [lambda text: text, lambda text: base64.b64encode(text.encode()).decode()]
)
def test_an_agent_registers_by_the_api_as_well(sandbox: Sandbox, encode) -> None:
    sandbox.client("ecs").create_cluster(clusterName="demo")
    made = sandbox.client("ec2").run_instances(
        ImageId="ami-1", MinCount=1, MaxCount=1, UserData=encode("echo hello")
    )
    ec2_id = made["Instances"][0]["InstanceId"]
    document = f'{{"instanceId": "{ec2_id}"}}'
    sandbox.client("ecs").register_container_instance(
        cluster="demo", instanceIdentityDocument=document
    )
    assert [one["ec2InstanceId"] for one in instances(sandbox)] == [ec2_id]
