"""A project that lives in one layout and is brought up in the other, through the real command line
on the sandbox."""

from tests.commands.compose.conftest import World

COMPOSE = """\
services:
  web: {image: nginx, mem_limit: 50m, depends_on: [db]}
  db: {image: redis, mem_limit: 50m}
x-ecs: {discovery: none, logs: none}
"""
SERVICES = ("--layout", "services")


def names(world: World) -> dict[str, int]:
    """The counts of the services that are not deleted."""
    ecs = world.client("ecs")
    arns = ecs.list_services(cluster="demo")["serviceArns"]
    found = ecs.describe_services(cluster="demo", services=arns)["services"] if arns else []
    return {one["serviceName"]: one["desiredCount"] for one in found if one["status"] == "ACTIVE"}


def test_a_project_is_not_brought_up_in_both_layouts(world: World) -> None:
    world.cli.write("docker-compose.yml", COMPOSE)
    assert world("service", "up").code == 0
    for words in (["up"], ["service", "up"], ["plan"], ["up", "web", "--no-deps"]):
        refused = world(*SERVICES, *words)
        assert refused.code == 2, refused.err
        assert "the project has service shop of layout task in cluster demo" in refused.err
        assert "--switch-layout" in refused.err
    assert names(world) == {"shop": 1}
    down = world(*SERVICES, "down")
    assert down.code == 0, down.err
    assert "service shop of layout task stays in cluster demo" in down.err
    assert "service rm --cluster demo --layout task`" in down.err
    assert world("service", "rm", "--no-wait").code == 0
    assert world(*SERVICES, "up").code == 0  # whether its last tasks have stopped or not
    for words in (["up"], ["service", "up"], ["service", "plan"]):
        refused = world(*words)
        assert refused.code == 2, refused.err
        assert "has services shop-web, shop-db of layout services" in refused.err
    stay = "services shop-web, shop-db of layout services stay in cluster demo"
    for words in (["down"], ["service", "rm"]):
        down = world(*words)
        assert (down.code, stay in down.err) == (0, True), down.err
    assert names(world) == {"shop-db": 1, "shop-web": 1}


def test_a_service_of_the_name_of_the_project_may_be_somebody_elses(world: World) -> None:
    world.cli.write("docker-compose.yml", COMPOSE)
    ecs = world.client("ecs")
    for family, container in (("other", "web"), ("shop", "proxy")):
        rows = [{"name": container, "image": "x", "memory": 50}]
        ecs.register_task_definition(family=family, containerDefinitions=rows)
        ecs.create_service(
            cluster="demo", serviceName="shop", taskDefinition=family, desiredCount=0
        )
        done = world(*SERVICES, "plan")
        assert done.code == 3, done.err
        ecs.delete_service(cluster="demo", service="shop")


STORE = """\
services:
  web:
    image: nginx
    mem_limit: 50m
    ports: ["80:80"]
    depends_on: [db]
  db: {image: redis, mem_limit: 50m, volumes: ["/srv/data:/data"]}
x-ecs: {discovery: none, logs: none}
"""


def test_a_project_on_instances_goes_to_layout_services_and_back(world: World) -> None:
    world.cli.write("docker-compose.yml", STORE)
    assert world("service", "up").code == 0
    plan = world(*SERVICES, "plan", "--switch-layout")
    assert plan.code == 3, plan.err
    gap = "gap: shop stops before shop-db starts, as both would write to volume volume-0"
    assert plan.out.startswith("switch from layout task to services:\n")
    assert gap in plan.out
    asked = world(*SERVICES, "up", "--switch-layout")
    assert asked.code == 2, asked.err
    assert "confirm with --yes" in asked.err
    assert names(world) == {"shop": 1}
    done = world(*SERVICES, "up", "--switch-layout", "--yes", "--output", "json")
    assert done.code == 0, done.err
    assert done.json["switch"] == {"from": "task", "to": "services", "ended": ["shop"]}
    assert names(world) == {"shop-db": 1, "shop-web": 1}
    again = world(*SERVICES, "up", "--switch-layout", "--output", "json")
    assert (again.code, again.json["changed"]) == (0, False), again.err
    document = world("service", "plan", "--switch-layout", "--output", "json").json
    assert document["switch"]["ends"] == ["shop-web", "shop-db"]
    assert [one["service"] for one in document["switch"]["gaps"]] == ["shop-db"]
    operations = [(one["operation"], one["subject"]) for one in document["actions"]]
    assert operations == [
        ("TagResource", "arn:aws:ecs:us-east-1:123456789012:service/demo/shop-db"),
        ("UpdateService", "shop-db"),
        ("CreateService", "shop"),
        ("TagResource", "arn:aws:ecs:us-east-1:123456789012:service/demo/shop-web"),
        ("UpdateService", "shop-web"),
        ("DeleteService", "shop-web"),
        ("DeleteService", "shop-db"),
    ]
    back = world("service", "up", "--switch-layout", "--yes", "--output", "json")
    assert back.code == 0, back.err
    assert back.json["switch"]["ended"] == ["shop-web", "shop-db"]
    assert names(world) == {"shop": 1}


def test_a_switch_that_fails_is_given_up_by_the_same_command(world: World) -> None:
    world.cli.write("docker-compose.yml", STORE)
    assert world("service", "up").code == 0
    crash = "{labels: {ecscli.sandbox.exit-code: '1', ecscli.sandbox.exit-after: '0'}, "
    world.cli.write("docker-compose.yml", STORE.replace("db: {", f"db: {crash}"))
    failed = world(*SERVICES, "up", "--switch-layout", "--yes")
    assert failed.code == 5, failed.err
    assert "shop may have stopped for the new services" in failed.err
    assert names(world) == {"shop": 0, "shop-db": 1}
    world.cli.write("docker-compose.yml", STORE)
    back = world("service", "up", "--switch-layout", "--yes")
    assert back.code == 0, back.err
    assert names(world) == {"shop": 1}


def test_a_port_makes_a_gap_where_no_instance_is_free(world: World) -> None:
    world.project(more='    ports: ["80:80"]\n    deploy: {replicas: 2}\n')
    assert world("up").code == 0
    shown = world(*SERVICES, "plan", "--switch-layout")
    assert "1 task that no service runs stays" in shown.err
    assert world("stop").code == 0
    assert world("service", "up").code == 0
    shown = world(*SERVICES, "plan", "--switch-layout")
    assert "gap: shop stops before shop-web starts, as both need port 80 (tcp)" in shown.out
    assert "2 tasks of shop run; new services get the counts of the files" in shown.err


BALANCED = """\
services:
  web:
    image: nginx
    ports: ["80:80"]
    depends_on: [db]
  db:
    image: redis
    volumes: [data:/data]
volumes: {data: }
x-ecs: {discovery: dns, logs: none}
"""
PARAMS = """\
task_definition:
  ecs_network_mode: awsvpc
  task_size: {{cpu_limit: 256, mem_limit: 512}}
run_params: {{network_configuration: {{awsvpc_configuration: {{subnets: [{subnet}]}}}}}}
"""
FARGATE = ("--launch-type", "FARGATE")


def target_group(world: World) -> str:
    vpc = world.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = world.client("elbv2").create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )
    arn = str(made["TargetGroups"][0]["TargetGroupArn"])
    subnets = [one["SubnetId"] for one in world.client("ec2").describe_subnets()["Subnets"][:2]]
    elb = world.client("elbv2")
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    return arn


def groups_of(world: World, service: str) -> list[str]:
    found = world.client("ecs").describe_services(cluster="demo", services=[service])
    return [row["targetGroupArn"] for row in found["services"][0]["loadBalancers"]]


def stacks(world: World) -> list[str]:
    found = world.client("cloudformation").describe_stacks()["Stacks"]
    return [stack["StackName"] for stack in found]


def test_a_project_on_fargate_goes_to_layout_services_and_back(world: World) -> None:
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    world.cli.write("docker-compose.yml", BALANCED)
    world.cli.write("ecs-params.yml", PARAMS.format(subnet=subnet))
    group = target_group(world)
    given = ("--target-groups", f"targetGroupArn={group},containerName=web,containerPort=80")
    first = world("service", "up", *FARGATE, *given)
    assert first.code == 0, first.err
    refused = world(*SERVICES, "up", *FARGATE, "--switch-layout")
    assert refused.code == 2, refused.err
    assert "docker-compose.yml:8:15: volume data of db ends with the tasks of shop" in refused.err
    assert names(world) == {"shop": 1}
    switch = ("--switch-layout", "--lose-data", "--output", "json")
    done = world(*SERVICES, "up", *FARGATE, *switch)
    assert done.code == 0, done.err
    assert names(world) == {"shop-db": 1, "shop-web": 1}
    assert groups_of(world, "shop-web") == [group]
    assert stacks(world) == ["ecscli-demo-shop"]
    asked = world("service", "up", *FARGATE, *switch)
    assert asked.code == 2, asked.err
    assert "the name of shop-db in Cloud Map ends with it" in asked.err
    back = world("service", "up", *FARGATE, *switch, "--yes")
    assert back.code == 0, back.err
    assert names(world) == {"shop": 1}
    assert groups_of(world, "shop") == [group]
    assert stacks(world) == []
