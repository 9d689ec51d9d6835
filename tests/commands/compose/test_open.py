"""`compose open`: the address of what runs, for people and for scripts."""

from pathlib import Path

from tests.commands.compose.conftest import World
from tests.commands.compose.test_fargate import fargate

PORTS = '    ports: ["8080:80"]\n'


def test_the_address_of_a_service_on_an_instance(world: World) -> None:
    world.project(more=PORTS)
    assert world("service", "up").code == 0
    instances = world.client("ec2").describe_instances()["Reservations"][0]["Instances"]
    pages = {f"http://{instance['PublicIpAddress']}:8080" for instance in instances}
    printed = world("open", "--print")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.strip() in pages
    (row,) = world("open", "--output", "json").json
    assert (row["service"], row["containerPort"], row["protocol"]) == ("web", 80, "tcp")
    assert row["url"] == printed.out.strip()


def test_the_address_of_tasks_without_a_service(world: World) -> None:
    world.project(more='    ports: ["5432:5432", "8443:8443"]\n')
    assert world("up").code == 0
    assert world("open", "--print").out.startswith("https://"), "a page comes before a database"
    database = world("open", "web", "--port", "5432", "--print")
    assert database.out.startswith("tcp://")


def test_the_address_of_a_fargate_task_is_its_public_one(world: World) -> None:
    fargate(world)
    world.cli.write("docker-compose.yml", 'services: {web: {image: nginx, ports: ["80:80"]}}\n')
    assert world("service", "up", "--launch-type", "FARGATE").code == 0
    interfaces = world.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    public = {one["Association"]["PublicIp"] for one in interfaces if one.get("Association")}
    assert world("open", "--print").out.strip() in {f"http://{address}" for address in public}


def test_a_load_balancer_comes_first(world: World) -> None:
    world.project(more=PORTS)
    elb, ec2 = world.client("elbv2"), world.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    created = world(
        "service", "up", "--target-groups",
        f"targetGroupArn={arn},containerName=web,containerPort=80", "--no-wait",
    )  # fmt: skip
    assert created.code == 0, created.err
    assert world("open", "--print").out.strip() == f"http://{balancer['DNSName']}"


def test_nothing_that_runs_has_an_address(world: World) -> None:
    nothing = world("open")
    assert nothing.code == 2
    assert "no running container of shop publishes a port in cluster demo" in nothing.err
    world.project(more=PORTS)
    assert world("up").code == 0
    other = world("open", "db")
    assert other.code == 2
    assert "service db of shop has no address" in other.err
    assert "hint: there are web:80" in other.err


def test_what_could_not_be_read_is_an_error_and_never_no_address(world: World) -> None:
    world.project(more=PORTS)
    assert world("up").code == 0
    world.control("faults", action="ec2:DescribeInstances", kind="deny", times=1)
    done = world("open", "--print")
    assert (done.code, done.out) == (4, "")
    assert "the answer is incomplete: addresses of container instances" in done.err


def test_the_browser_gets_the_address_and_no_keys(world: World, tmp_path: Path) -> None:
    world.project(more=PORTS)
    assert world("up").code == 0
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\nenv > {tmp_path}/environment\n')
    opener.chmod(0o755)
    done = world("open", PATH=f"{opener.parent}:/usr/bin:/bin", AWS_SECRET_ACCESS_KEY="hidden")
    assert done.code == 0, done.err
    assert (tmp_path / "opened").read_text() == done.out
    assert "hidden" not in (tmp_path / "environment").read_text()


def test_without_a_browser_the_address_is_there(world: World, tmp_path: Path) -> None:
    world.project(more=PORTS)
    assert world("up").code == 0
    done = world("open", PATH=str(tmp_path))
    assert done.code == 0
    assert done.out.startswith("http://")
    assert "No browser could be started here" in done.err
