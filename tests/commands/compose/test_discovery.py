"""Service discovery through the real command line on the sandbox: two stacks around the life of a
service."""

from tests.commands.compose.conftest import World

NAMESPACE = "amazon-ecs-cli-setup-private-dns-namespace-demo-shop"
SERVICE = "amazon-ecs-cli-setup-service-discovery-service-demo-shop"


def stacks(world: World) -> set[str]:
    found = world.client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"] for stack in found}


def flags(world: World) -> list[str]:
    vpc = world.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    names = ["--enable-service-discovery", "--private-dns-namespace", "corp", "--vpc", vpc]
    return [*names, "--sd-container-name", "web", "--sd-container-port", "80"]


def test_the_whole_life_with_its_two_stacks(world: World) -> None:
    world.project(more='    ports: ["80"]\n')
    shown = world("service", "up", "--dry-run", *flags(world))
    assert shown.code == 3
    assert f"+ deploy stack {NAMESPACE}" in shown.out
    assert f"registryArn: <{SERVICE}.ServiceDiscoveryServiceARN>" in shown.out

    done = world("service", "up", *flags(world))
    assert done.code == 0, done.err
    assert stacks(world) == {NAMESPACE, SERVICE}
    (registry,) = world.service()["serviceRegistries"]
    assert (registry["containerName"], registry["containerPort"]) == ("web", 80)

    change = ["--update-service-discovery", "--dns-ttl", "120"]
    replaced = world("service", "up", *change, "--healthcheck-custom-config-failure-threshold", "3")
    assert replaced.code == 2
    assert "the failure threshold of service discovery cannot change from 1 to 3" in replaced.err
    assert world("service", "up", *change).code == 0
    found = world.client("cloudformation").describe_stacks(StackName=SERVICE)["Stacks"][0]
    values = {row["ParameterKey"]: row["ParameterValue"] for row in found["Parameters"]}
    assert (values["DNSTTL"], values["FailureThreshold"]) == ("120", "1")
    assert "Nothing to change" in world("service", "up", *change).err

    gone = world("service", "rm", "--delete-namespace")
    assert gone.code == 0, gone.err
    assert stacks(world) == set()


def test_a_namespace_that_is_there_is_used(world: World) -> None:
    world.project(more='    ports: ["80"]\n')
    assert world("service", "up", *flags(world)).code == 0
    vpc = flags(world)[4]
    second = world.cli(
        *(
            "compose",
            "-p",
            "other",
            "service",
            "create",
            "--dry-run",
            "--output",
            "json",
            *flags(world),
        ),
        ECS_CLUSTER="demo",
        AWS_REGION="us-east-1",
    )
    names = [
        action["subject"]
        for action in second.json["actions"]
        if action["operation"] == "CreateChangeSet"
    ]
    assert names == ["amazon-ecs-cli-setup-service-discovery-service-demo-other"], vpc


def test_an_existing_service_cannot_get_service_discovery_and_says_so(world: World) -> None:
    assert world("service", "up").code == 0
    done = world("service", "up", *flags(world))
    assert done.code == 0
    assert "can not be enabled on an existing ECS Service" in done.err
    assert stacks(world) == set()


def test_a_service_that_could_not_be_made_is_finished_by_a_repeat(world: World) -> None:
    world.project(more='    ports: ["80"]\n')
    world.control("faults", action="ecs:CreateService", kind="deny", times=1)
    failed = world("service", "up", *flags(world))
    assert failed.code == 4, failed.err
    assert stacks(world) == {NAMESPACE, SERVICE}
    done = world("service", "up", *flags(world))
    assert done.code == 0, done.err
    assert stacks(world) == {NAMESPACE, SERVICE}
    assert len(world.client("servicediscovery").list_services()["Services"]) == 1


def test_stacks_of_a_service_that_was_never_made_can_be_deleted(world: World) -> None:
    world.project(more='    ports: ["80"]\n')
    world.control("faults", action="ecs:CreateService", kind="deny", times=1)
    assert world("service", "up", *flags(world)).code == 4
    shown = world("service", "rm", "--delete-namespace", "--dry-run")
    assert f"- delete stack {SERVICE}" in shown.out
    done = world("service", "rm", "--delete-namespace")
    assert done.code == 0, done.err
    assert stacks(world) == set()
    again = world("service", "rm", "--delete-namespace")
    assert again.code == 2
    assert "there is no service shop" in again.err


def test_every_mistake_is_told_and_no_stack_is_made(world: World) -> None:
    done = world(
        "service",
        "create",
        "--enable-service-discovery",
        "--public-dns-namespace-id",
        "x",
        "--public-dns-namespace",
        "y",
    )
    assert done.code == 2
    for part in (
        "cannot both be given",
        "SRV records need the container's name",
        "SRV records need the container's port",
    ):
        assert part in done.err
    assert world.revisions() == 0
    assert not world.client("cloudformation").describe_stacks()["Stacks"]
