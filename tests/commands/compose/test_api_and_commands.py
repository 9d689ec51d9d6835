"""`ecscli.deploy` and `ecscli.run` send what the commands send, call by call, from the same files,
flags and stored configuration."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

import ecscli
from ecscli.aws.client import Aws
from tests.commands.calls import READS
from tests.commands.compose.conftest import World
from tests.commands.compose.test_service import target_group
from tests.copies import Copies

# what differs between two runs of the same command: tokens, and ids that AWS makes at random
RANDOM = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|ecs-svc/\d+"
    r"|ecscli-[0-9a-f]+(?:-[0-9a-f]+)?|(?:vpc|subnet|ns|srv|i|sg|eni)-\w{8,}|shop/[0-9a-f]{16}"
)
PLAIN = "services: {web: {image: 'nginx:1', mem_limit: 100m}}\n"
WITH_PORT = "services: {web: {image: 'nginx:1', mem_limit: 100m, ports: ['80']}}\n"
WITH_EBS = """\
services:
  web: {image: 'nginx:1', mem_limit: 100m, volumes: ['data:/data']}
volumes:
  data:
    driver: ebs
    driver_opts: {size: "20", role_arn: "arn:aws:iam::123456789012:role/ebs"}
"""
WITH_SECRETS = """\
services:
  web:
    image: nginx:1
    mem_limit: 100m
    secrets: [token]
    logging:
      driver: awslogs
      options: {awslogs-group: shop, awslogs-stream-prefix: shop}
secrets:
  token: {external: true, name: "arn:aws:ssm:us-east-1:123456789012:parameter/token"}
"""
WITH_DEPLOY = """\
services:
  web:
    image: nginx:1
    mem_limit: 100m
    deploy: {replicas: 2, update_config: {parallelism: 1, order: start-first}}
"""
CREDS = """\
version: '1'
registry_credential_outputs:
  task_execution_role: puller
  container_credentials:
    r.example: {credentials_parameter: secret-1, container_names: [web]}
"""
ROLES = """\
task_definition:
  task_execution_role: arn:aws:iam::123456789012:role/start
  task_role_arn: arn:aws:iam::123456789012:role/app
"""
STORED = """\
version: v1
default: demo
clusters:
  demo:
    cluster: demo
    region: us-east-1
    default_launch_type: FARGATE
    compose-service-name-prefix: team-
"""


class Call(NamedTuple):
    """One call of the program, without what differs between two runs."""

    service: str
    operation: str
    parameters: str


class Recorder:
    """What the door to AWS is asked for while a block runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[Call] = []
        call, pages = Aws.call, Aws.pages

        def noted_call(aws: Aws, service: str, operation: str, /, **given: Any) -> Any:
            self.note(service, operation, given)
            return call(aws, service, operation, **given)

        def noted_pages(
            aws: Aws, service: str, operation: str, key: str, /, **given: Any
        ) -> Iterator[Any]:
            self.note(service, operation, given)
            return pages(aws, service, operation, key, **given)

        monkeypatch.setattr(Aws, "call", noted_call)
        monkeypatch.setattr(Aws, "pages", noted_pages)

    def note(self, service: str, operation: str, given: dict[str, Any]) -> None:
        kept = {name: value for name, value in given.items() if name != "clientToken"}
        text = RANDOM.sub("ID", json.dumps(kept, sort_keys=True, default=str))
        self.calls.append(Call(service, operation, text))

    def taken(self) -> tuple[list[Call], set[Call]]:
        """The writes in order, and the reads, some of which go out side by side and are repeated
        as long as something is followed; then none."""
        calls, self.calls = self.calls, []
        writes = [call for call in calls if not READS.match(f"{call.service}.{call.operation}")]
        return writes, set(calls) - set(writes)


class Both:
    """A user whose commands and programs reach the same sandbox, which starts anew for each."""

    def __init__(self, world: World, calls: Recorder, copies: Copies) -> None:
        self.world, self.calls, self._copies = world, calls, copies
        self.prepare: Callable[[], object] = lambda: None

    def start_over(self) -> None:
        self._copies.serve_made("a cluster, roles and secrets", self._make)
        self.prepare()
        self.calls.calls.clear()

    def _make(self) -> None:
        self.world.open_cluster()
        self.world.roles("app", "start", "ecs", "ebs")
        self.world.secrets()

    def agree(self, words: Callable[[], list[str]], program: Callable[[], object]) -> list[Call]:
        """The writes of a command, which a program makes too, as it makes the same reads."""
        self.start_over()
        done = self.world(*words())
        assert done.code == 0, done.err
        by_command = self.calls.taken()
        self.start_over()
        program()
        by_program = self.calls.taken()
        assert by_program[0] == by_command[0]
        assert by_program[1] == by_command[1]
        assert by_command[0], "the command changes nothing: nothing is compared"
        return by_command[0]

    def project(self) -> ecscli.Project:
        return ecscli.load_project(
            directory=str(self.world.cli.directory), project_name="shop", environment={}
        )


@pytest.fixture
def both(world: World, monkeypatch: pytest.MonkeyPatch, copies: Copies) -> Both:
    variables = {
        "HOME": world.cli.environment["HOME"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": world.url,
        "AWS_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    del world.cli.environment["ECSCLI_SANDBOX"]
    world.cli.environment |= variables
    return Both(world, Recorder(monkeypatch), copies)


def vpc(world: World) -> str:
    found: str = world.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    return found


def on_fargate(world: World) -> str:
    """ecs-params.yml for Fargate, in the subnets of the sandbox."""
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return (
        "task_definition: {ecs_network_mode: awsvpc, task_size: {cpu_limit: 256, mem_limit: 512}}\n"
        "run_params: {network_configuration: {awsvpc_configuration: {subnets: ["
        f"{subnet}]" + "}}}\n"
    )


SERVICES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "plain": (PLAIN, [], {}),
    "EBS volume": (WITH_EBS, [], {}),
    "deployment of the Compose file": (WITH_DEPLOY, [], {}),
    "secrets, log groups and tags": (
        WITH_SECRETS,
        [
            "--create-log-groups",
            "--log-retention",
            "7",
            "--tags",
            "team=web,stage=test",
            "--no-wait",
        ],
        {
            "create_log_groups": True,
            "log_retention": 7,
            "tags": {"team": "web", "stage": "test"},
            "no_wait": True,
        },
    ),
    "classic load balancer": (
        WITH_PORT,
        [
            *("--load-balancer-name", "old", "--container-name", "web", "--container-port", "80"),
            *("--role", "ecs", "--health-check-grace-period", "30", "--no-wait"),
        ],
        {
            "load_balancer_name": "old",
            "container_name": "web",
            "container_port": 80,
            "role": "ecs",
            "health_check_grace_period": 30,
            "no_wait": True,
        },
    ),
    "flags of the deployment": (
        PLAIN,
        [
            *("--desired-count", "2", "--deployment-max-percent", "150", "--no-circuit-breaker"),
            *("--deployment-min-healthy-percent", "50", "--disable-ecs-managed-tags"),
            *("--enable-execute-command", "--timeout", "2"),
        ],
        {
            "desired_count": 2,
            "deployment_max_percent": 150,
            "deployment_min_healthy_percent": 50,
            "breaker": False,
            "disable_ecs_managed_tags": True,
            "execute_command": True,
            "timeout": 2,
        },
    ),
}


def classic_load_balancer(world: World, name: str) -> None:
    listener = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}
    world.client("elb").create_load_balancer(
        LoadBalancerName=name, Listeners=[listener], AvailabilityZones=["us-east-1a"]
    )


@pytest.mark.parametrize("case", SERVICES)
def test_deploy_sends_what_service_up_sends(both: Both, case: str) -> None:
    compose, flags, keywords = SERVICES[case]
    both.world.cli.write("docker-compose.yml", compose)
    both.world.cli.write("ecs-params.yml", ROLES)
    if case == "classic load balancer":
        both.prepare = lambda: classic_load_balancer(both.world, "old")
    both.agree(
        lambda: ["service", "up", *flags],
        lambda: ecscli.deploy(both.project(), "demo", **keywords),
    )


def test_deploy_sends_the_same_target_group(both: Both) -> None:
    both.world.cli.write("docker-compose.yml", WITH_PORT)
    flags = ["--container-name", "web", "--container-port", "80", "--target-group-arn"]
    both.agree(
        lambda: ["service", "up", *flags, target_group(both.world)],
        lambda: ecscli.deploy(
            both.project(),
            "demo",
            target_group_arn=target_group(both.world),
            container_name="web",
            container_port=80,
        ),
    )


def test_deploy_uses_the_stored_launch_type_and_service_prefix(both: Both) -> None:
    both.world.cli.write("../home/.ecs/config", STORED)
    both.prepare = lambda: both.world.cli.write("ecs-params.yml", on_fargate(both.world))
    both.world.cli.write("docker-compose.yml", PLAIN)
    writes = both.agree(lambda: ["service", "up"], lambda: ecscli.deploy(both.project()))
    (create,) = [call.parameters for call in writes if call.operation == "create_service"]
    assert '"serviceName": "team-shop"' in create
    assert '"launchType": "FARGATE"' in create


def test_deploy_uses_the_files_beside_the_project(both: Both) -> None:
    both.world.cli.write("docker-compose.yml", PLAIN)
    both.world.cli.write("params/mine.yml", ROLES)
    both.world.cli.write("ecs-registry-creds_20260101T000000Z.yml", CREDS)
    both.prepare = lambda: both.world.roles("mine", "puller")
    words = ["service", "up", "--no-wait"]
    command = [
        "--ecs-params",
        "params/mine.yml",
        "--task-role-arn",
        "arn:aws:iam::123456789012:role/mine",
    ]
    both.start_over()
    done = both.world.cli("compose", "-p", "shop", *command, *words, ECS_CLUSTER="demo")
    assert done.code == 0, done.err
    by_command = both.calls.taken()
    both.start_over()
    ecscli.deploy(
        both.project(),
        "demo",
        ecs_params="params/mine.yml",
        task_role_arn="arn:aws:iam::123456789012:role/mine",
        no_wait=True,
    )
    assert both.calls.taken() == by_command
    assert any("puller" in call.parameters for call in by_command[0])


def test_deploy_sends_the_same_discovery(both: Both) -> None:
    both.world.cli.write("docker-compose.yml", WITH_PORT)
    flags = [
        *("--enable-service-discovery", "--private-dns-namespace", "corp", "--dns-ttl", "10"),
        *("--sd-container-name", "web", "--sd-container-port", "80", "--vpc"),
    ]
    both.agree(
        lambda: ["service", "up", *flags, vpc(both.world)],
        lambda: ecscli.deploy(
            both.project(),
            "demo",
            enable_service_discovery=True,
            private_dns_namespace="corp",
            vpc=vpc(both.world),
            sd_container_name="web",
            sd_container_port=80,
            dns_ttl=10,
        ),
    )


RUNS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "the project as it is": ([], {}),
    "a command": (
        ["--env", "STAGE=test", "--cpu", "64", "--", "web", "sh", "-c", "exit 0"],
        {
            "service": "web",
            "command": ["sh", "-c", "exit 0"],
            "environment": {"STAGE": "test"},
            "cpu": 64,
        },
    ),
    "tags": (
        ["--tags", "team=web", "--disable-ecs-managed-tags"],
        {"tags": {"team": "web"}, "disable_ecs_managed_tags": True},
    ),
}


@pytest.mark.parametrize("case", RUNS)
def test_run_sends_what_the_command_sends(both: Both, case: str) -> None:
    words, keywords = RUNS[case]
    both.world.project(exit_code=0, exit_after=0)
    both.agree(
        lambda: ["run", "--wait", *words], lambda: ecscli.run(both.project(), "demo", **keywords)
    )


def test_run_uses_the_stored_launch_type(both: Both) -> None:
    both.world.cli.write("../home/.ecs/config", STORED)
    both.prepare = lambda: both.world.cli.write("ecs-params.yml", on_fargate(both.world))
    both.world.project(exit_code=0, exit_after=0)
    writes = both.agree(lambda: ["run", "--wait"], lambda: ecscli.run(both.project()))
    (started,) = [call.parameters for call in writes if call.operation == "run_task"]
    assert '"launchType": "FARGATE"' in started
