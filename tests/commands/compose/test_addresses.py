"""Where a project is reached: `up` and `ps` give the address of each published port."""

import shlex
from typing import Any

from tests.commands.compose.conftest import World
from tests.commands.compose.test_fargate import fargate

PORTS = '    ports: ["8080:80", "3000"]\n'
PUBLISHED = "is published at"


def public_addresses(world: World) -> set[str]:
    found = world.client("ec2").describe_instances()["Reservations"]
    return {one["PublicIpAddress"] for row in found for one in row["Instances"]}


def lines(err: str) -> list[str]:
    return [line for line in err.splitlines() if PUBLISHED in line]


def test_up_ends_with_the_address_of_each_published_port(world: World) -> None:
    world.project(more=PORTS)
    done = world("up", "--output", "json")
    assert done.code == 0, done.err
    fixed, dynamic = done.json["addresses"]
    assert fixed["host"] in public_addresses(world)
    assert fixed["url"] == f"http://{fixed['host']}:8080"
    assert (dynamic["containerPort"], dynamic["port"]) == (3000, 32768), "chosen by Docker"
    assert done.err.splitlines()[-2:] == [
        f"web:80 {PUBLISHED} {fixed['url']}",
        f"web:3000 {PUBLISHED} {dynamic['url']}",
    ]
    again = world("up")
    assert lines(again.err) == lines(done.err), "also where nothing changes"


def test_ps_gives_the_urls_of_what_runs(world: World) -> None:
    world.project(more=PORTS)
    started = world("up", "--output", "json").json["addresses"]
    urls = [address["url"] for address in started]
    (row,) = world("ps", "--output", "json").json
    assert row["urls"] == urls
    shown = world("ps")
    assert lines(shown.err) == [f"web:80 {PUBLISHED} {urls[0]}", f"web:3000 {PUBLISHED} {urls[1]}"]
    assert PUBLISHED not in shown.out, "the table is that of ecs-cli"
    assert world("stop").code == 0
    (stopped,) = world("ps", "--output", "json").json
    assert stopped["urls"] == []


def test_no_address_where_nothing_is_published_or_waited_for(world: World) -> None:
    assert PUBLISHED not in world("up").err
    world.project(more=PORTS)
    done = world("up", "--no-wait", "--output", "json")
    assert (done.code, "addresses" in done.json) == (0, False)


def test_a_port_that_is_only_exposed_has_no_address(world: World) -> None:
    world.project(more=PORTS + '    expose: ["9000"]\n')
    done = world("up", "--output", "json")
    assert [one["containerPort"] for one in done.json["addresses"]] == [80, 3000]
    world.project(more='    expose: ["9000"]\n')
    assert PUBLISHED not in world("up").err


def test_a_fargate_task_has_its_public_address(world: World) -> None:
    fargate(world)
    world.cli.write("docker-compose.yml", 'services: {web: {image: nginx, ports: ["80:80"]}}\n')
    done = world("service", "up", "--launch-type", "FARGATE", "--output", "json")
    assert done.code == 0, done.err
    interfaces = world.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    public = {one["Association"]["PublicIp"] for one in interfaces if one.get("Association")}
    (address,) = done.json["addresses"]
    assert address["host"] in public
    assert lines(done.err) == [f"web:80 {PUBLISHED} http://{address['host']}"]


def balanced(world: World, protocol: str, port: int) -> tuple[str, Any]:
    """A target group behind a listener of a new load balancer."""
    elb, ec2 = world.client("elbv2"), world.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    acm = world.client("acm")
    certificate = acm.request_certificate(DomainName="shop.example")["CertificateArn"]
    issued = acm.get_waiter("certificate_validated")
    issued.wait(CertificateArn=certificate, WaiterConfig={"Delay": 0.1})
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol=protocol,
        Port=port,
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    return arn, balancer["DNSName"]


def test_a_load_balancer_comes_first_with_the_scheme_of_its_listener(world: World) -> None:
    arn, name = balanced(world, "HTTPS", 443)
    world.project(more='    ports: ["80"]\n')
    target = f"targetGroupArn={arn},containerName=web,containerPort=80"
    done = world("service", "up", "--target-groups", target)
    assert done.code == 0, done.err
    assert lines(done.err)[0] == f"web:80 {PUBLISHED} https://{name}"
    assert "Docker chooses the host port" not in done.err, "the load balancer finds it"
    shown = world("service", "ps")
    assert lines(shown.err)[0] == f"web:80 {PUBLISHED} https://{name}"
    (row,) = world("service", "ps", "--output", "json").json
    assert row["urls"][0] == f"https://{name}"
    assert world("open", "--print").out.strip() == f"https://{name}"


def test_no_client_gets_past_a_load_balancer_whose_address_nobody_may_read(world: World) -> None:
    arn, _ = balanced(world, "HTTPS", 443)
    world.project(more='    ports: ["80"]\n')
    target = f"targetGroupArn={arn},containerName=web,containerPort=80"
    assert world("service", "up", "--target-groups", target).code == 0
    world.control("faults", action="elasticloadbalancing:DescribeListeners", kind="deny", times=2)
    unknown = world("open", "--print")
    assert (unknown.code, unknown.out) == (4, ""), unknown.err
    assert "elasticloadbalancing:DescribeListeners" in unknown.err
    listed = world("service", "ps")
    assert (listed.code, PUBLISHED in listed.err) == (4, False)
    world.control("faults", action="elasticloadbalancing:DescribeTargetHealth", kind="deny")
    hidden = world("why")
    assert (hidden.code, "1 of 1 run shop:1" in hidden.err) == (4, True), "what is known is said"


def test_an_address_that_nobody_may_read_does_not_fail_what_has_worked(world: World) -> None:
    world.project(more=PORTS)
    world.control("faults", action="ec2:DescribeInstances", kind="deny", times=2)
    done = world("up")
    assert done.code == 0, done.err
    assert (
        "container instances could not be looked up: these credentials have no permission for"
        in done.err
    )


def closed(world: World) -> str:
    """A security group without rules for all instances."""
    ec2 = world.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group: str = ec2.create_security_group(GroupName="shut", Description="web", VpcId=vpc)[
        "GroupId"
    ]
    for row in ec2.describe_instances()["Reservations"]:
        id_ = row["Instances"][0]["InstanceId"]
        ec2.modify_instance_attribute(InstanceId=id_, Groups=[group])
    return group


def test_the_port_of_a_data_store_is_not_offered_to_everyone(world: World) -> None:
    group = closed(world)
    world.project("postgres:16", more='    ports: ["15432:5432", "5433"]\n')
    shown = world("up", "--dry-run")
    assert (
        f"port 15432/tcp of a data store is published, and stays closed: security group {group}"
        " lets nobody reach it from outside"
    ) in shown.err
    assert f"--port 15432 --source-group {group}`" in shown.err
    assert "0.0.0.0/0" not in shown.err
    assert "Docker chooses" not in shown.err


def test_ports_that_docker_chooses_are_closed_too(world: World) -> None:
    group = closed(world)
    world.project(more=PORTS)
    shown = world("up", "--dry-run")
    assert (
        f"Docker chooses the host ports for 3000/tcp, and security group {group} lets nobody reach"
        " what it chooses"
    ) in shown.err
    assert "--port 32768-60999 --cidr 0.0.0.0/0`" in shown.err


def test_the_group_of_the_cluster_is_opened_through_its_stack(world: World) -> None:
    def ecscli(*words: str) -> Any:
        return world.cli(*words, AWS_REGION="us-east-1")

    made = ecscli("up", "--capability-iam", "--cluster", "other", "--instance-type", "t3.small")
    assert made.code == 0, made.err
    world.project(more='    ports: ["80:80", "8080:8080"]\n')
    command = ("up", "--dry-run", "--cluster", "other")
    shown = world(*command)
    printed = shown.err.split("`")[1]
    assert printed == "ecscli --sandbox up --cluster other --region us-east-1 --port 80 --port 8080"
    opened = ecscli(*shlex.split(printed)[1:])
    assert opened.code == 0, opened.err
    assert "lets nobody reach it" not in world(*command).err
    assert ecscli("down", "--force", "--cluster", "other").code == 0
