"""Each rule of ECS, broken once: a request that differs from a good one in a single place, and what
is said."""

from collections.abc import Mapping
from typing import Any

import pytest

from ecscli.base.marks import Map, Mark
from ecscli.compose.dialect import TODAY
from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.project.model import Project, Service
from ecscli.compose.rules import problems, run_fields, run_problems
from ecscli.compose.rules.subject import Run, Subject


def marked(values: Mapping[str, Any], line: int) -> Map:
    tree = Map(values, Mark("compose.yml", line, 1))
    tree.keys_at = {key: Mark("compose.yml", line + at, 5) for at, key in enumerate(values, 1)}
    return tree


def project(*names: str) -> Project:
    services = tuple(
        Service(name, marked({"image": "nginx", "ports": ["80"]}, 10 * at))
        for at, name in enumerate(names, 1)
    )
    tree = marked({"services": marked({one.name: one.tree for one in services}, 2)}, 1)
    return Project("shop", "/", ("compose.yml",), TODAY, services, tree)


def container(name: str = "web", **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx", "memory": 128, **fields}


def request(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"family": "shop", "containerDefinitions": list(containers or (container(),)), **fields}


def fargate(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return request(
        *containers, **{"networkMode": "awsvpc", "cpu": "256", "memory": "512", **fields}
    )


def subject(definition: dict[str, Any], launch_type: str, *names: str) -> Subject:
    return Subject(definition, launch_type, project(*names), EcsParams())


def said(definition: dict[str, Any], launch_type: str = "EC2") -> list[str]:
    names = [one["name"] for one in definition["containerDefinitions"]]
    return [
        f"{one.path}: {one.message}" for one in problems(subject(definition, launch_type, *names))
    ]


def linux(**fields: Any) -> dict[str, Any]:
    return container(linuxParameters=fields)


def port(inner: int, outer: int = 0, **fields: Any) -> dict[str, Any]:
    return {"containerPort": inner, "hostPort": outer, "protocol": "tcp", **fields}


CHECK = {"command": ["CMD", "true"]}
S3_OPTIONS = {"config-file-type": "s3", "config-file-value": "arn:aws:s3:::a/b.conf"}
ACCESS = {
    "fileSystemId": "fs-1",
    "transitEncryption": "ENABLED",
    "authorizationConfig": {"accessPointId": "fsap-1"},
}
GOOD = {
    "EC2": [
        request(),
        request(
            container(portMappings=[port(80, 8080)]), container("db", portMappings=[port(80, 8081)])
        ),
        request(
            container(
                healthCheck={**CHECK, "interval": 5, "timeout": 60, "retries": 10, "startPeriod": 0}
            )
        ),
        request(container(ulimits=[{"name": "nofile", "softLimit": 1, "hardLimit": -1}])),
        request(container(memory=None), memory="1 GB", cpu=".5 vcpu"),
        request(
            container(dependsOn=[{"containerName": "db", "condition": "HEALTHY"}]),
            container("db", healthCheck=CHECK),
        ),
        request(container(links=["db:database"], hostname="a"), container("db")),
        request(container(secrets=[{"name": "A", "valueFrom": "a"}]), executionRoleArn="ecs"),
        request(container(firelensConfiguration={"type": "fluentbit", "options": S3_OPTIONS})),
        request(container("envoy"), proxyConfiguration={"containerName": "envoy"}),
        request(volumes=[{"name": "v", "efsVolumeConfiguration": ACCESS | {"rootDirectory": "/"}}]),
        *(
            request(container(image=image))
            for image in (
                "nginx",
                "localhost:5000/a/b:1.2_3",
                "quay.io/assembly-line/ubuntu",
                "Foo/bar",
                f"nginx:1@sha256:{'0' * 64}",
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app__1:v1",
            )
        ),
    ],
    "FARGATE": [
        fargate(),
        fargate(linux(capabilities={"add": ["SYS_PTRACE"], "drop": ["ALL"]})),
        fargate(linux(tmpfs=[{"containerPath": "/run", "size": 8, "mountOptions": ["mode=1777"]}])),
        fargate(container(stopTimeout=120, portMappings=[port(80, 80)])),
    ],
}
BAD = [
    ("EC2", request(family="a b"), 'name: "a b" is not a name that ECS takes'),
    (
        "EC2",
        request(container(image="a" * 256)),
        "services.web.image: is longer than 255 characters",
    ),
    (
        "EC2",
        request(container(restartPolicy={"enabled": True, "ignoredExitCodes": list(range(51))})),
        "services.web.deploy.restart_policy.ignored_exit_codes: 51 of them; 50 at most",
    ),
    (
        "EC2",
        request(
            container(environmentFiles=[{"value": "arn:aws:s3:::a/b.txt", "type": "s3"}]),
            executionRoleArn="puller",
        ),
        'services.web.environment_files: value: "arn:aws:s3:::a/b.txt" is not the ARN of an .env file',
    ),
    (
        "EC2",
        request(
            container(
                environmentFiles=[
                    {"value": f"arn:aws:s3:::a/{n}.env", "type": "s3"} for n in range(11)
                ]
            ),
            executionRoleArn="puller",
        ),
        "services.web.environment_files: 11 of them; 10 at most",
    ),
    (
        "EC2",
        request(container(portMappings=[port(80, 50000)])),
        "services.web.ports: instances give ports like 50000 to others on demand",
    ),
    (
        "EC2",
        request(container(portMappings=[port(n, n) for n in range(1000, 1095)])),
        "services.web.ports: 95 fixed host ports; an instance has 94 to give",
    ),
    (
        "FARGATE",
        fargate(runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}),
        "task_definition.task_size.cpu_limit: Windows on Fargate has no size of 256 CPU units",
    ),
    ("EC2", request(container("a.b")), 'services.a.b: "a.b" is not a name that ECS takes'),
    ("EC2", request(container(image="")), "services.web.image: is missing"),
    (
        "EC2",
        request(*(container(f"c{n}") for n in range(11))),
        "services: 11 of them; 10 at most",
    ),
    (
        "EC2",
        request(container(secrets=[{"name": "A", "valueFrom": "a"}])),
        "services.web.secrets: needs an execution role",
    ),
    (
        "FARGATE",
        fargate(container(image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1")),
        "services.web.image: needs an execution role",
    ),
    (
        "FARGATE",
        fargate(
            container(
                logConfiguration={
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "g", "awslogs-stream-prefix": "p"},
                }
            )
        ),
        "services.web.logging: needs an execution role",
    ),
    *(
        (
            "EC2",
            request(container(image=image)),
            f'services.web.image: "{image}" is not the name of an image',
        )
        for image in ("https://quay.io/app:1", "nginx: 1.2", "nginx:", "Nginx", "a//b", "nginx:-1")
    ),
    (
        "EC2",
        request(container(image="nginx@sha256:abc")),
        "services.web.image: the digest is not sha256: and 64 hexadecimal digits",
    ),
    (
        "FARGATE",
        fargate(container(firelensConfiguration={"type": "fluentbit", "options": S3_OPTIONS})),
        (
            'services.web.firelens_configuration.options: config-file-type "s3" is not a choice on'
            " Fargate"
        ),
    ),
    (
        "EC2",
        request(proxyConfiguration={"containerName": "envoy"}),
        "task_definition.proxy_configuration.container_name: no such container: envoy",
    ),
    (
        "EC2",
        request(
            volumes=[{"name": "v", "efsVolumeConfiguration": ACCESS | {"rootDirectory": "/x"}}]
        ),
        "volumes.v.driver_opts.root_directory: the access point sets the root directory",
    ),
    (
        "EC2",
        request(
            volumes=[
                {"name": "v", "efsVolumeConfiguration": ACCESS | {"transitEncryption": "DISABLED"}}
            ]
        ),
        (
            "volumes.v.driver_opts.transit_encryption: an access point and IAM need encryption in"
            " transit"
        ),
    ),
    (
        "EC2",
        request(
            volumes=[
                {
                    "name": "v",
                    "s3filesVolumeConfiguration": {
                        "fileSystemArn": "arn:a",
                        "accessPointArn": "arn:b",
                        "rootDirectory": "/x",
                    },
                }
            ]
        ),
        "volumes.v.driver_opts.root_directory: the access point sets the root directory",
    ),
    (
        "EC2",
        request(
            volumes=[
                {"name": "a", "configuredAtLaunch": True},
                {"name": "b", "configuredAtLaunch": True},
            ]
        ),
        "task_definition.ebs_volumes: b: a task gets one EBS volume, and a is one already",
    ),
    (
        "EC2",
        request(container(memory=5)),
        "services.web.mem_limit: 5 MiB is too little for a container to start",
    ),
    ("EC2", request(container(memory=None)), "services.web.mem_limit: a container needs memory"),
    (
        "EC2",
        request(container(memoryReservation=256)),
        "services.web.mem_reservation: 256 MiB is above the limit of 128 MiB",
    ),
    (
        "EC2",
        request(container(memoryReservation=32), memory="64"),
        "services.web.mem_limit: 128 MiB is above the 64 MiB of the task",
    ),
    ("EC2", request(cpu="64"), "task_definition.task_size.cpu_limit: 64 is out of range"),
    ("EC2", request(cpu="many"), 'task_definition.task_size.cpu_limit: "many" is not a CPU size'),
    (
        "EC2",
        request(container(cpu=512), cpu="256"),
        "task_definition.task_size.cpu_limit: 256 CPU units; the containers ask for 512",
    ),
    (
        "FARGATE",
        fargate(cpu="300"),
        "task_definition.task_size.cpu_limit: Fargate has no size of 300 CPU units",
    ),
    (
        "FARGATE",
        fargate(memory="4096"),
        "task_definition.task_size.mem_limit: Fargate has no size of 256 CPU units and 4096 MiB",
    ),
    (
        "FARGATE",
        fargate(cpu=None),
        "task_definition.task_size: Fargate needs the CPU and memory of the task",
    ),
    (
        "FARGATE",
        fargate(networkMode=None),
        "task_definition.ecs_network_mode: Fargate needs network mode awsvpc",
    ),
    (
        "FARGATE",
        fargate(networkMode="bridge"),
        'task_definition.ecs_network_mode: "bridge" is not a choice on Fargate',
    ),
    (
        "EC2",
        request(networkMode="nat"),
        'task_definition.ecs_network_mode: "nat" is not a choice on EC2',
    ),
    (
        "EC2",
        request(container(healthCheck={**CHECK, "interval": 4})),
        "services.web.healthcheck.interval: 4 seconds is out of range",
    ),
    (
        "EC2",
        request(container(healthCheck={**CHECK, "timeout": 61})),
        "services.web.healthcheck.timeout: 61 seconds is out of range",
    ),
    (
        "EC2",
        request(container(healthCheck={**CHECK, "retries": 0})),
        "services.web.healthcheck.retries: 0 is out of range",
    ),
    (
        "EC2",
        request(container(healthCheck={**CHECK, "startPeriod": 301})),
        "services.web.healthcheck.start_period: 301 seconds is out of range",
    ),
    (
        "EC2",
        request(container(healthCheck={"command": ["curl"]})),
        "services.web.healthcheck.test: must begin with CMD or CMD-SHELL",
    ),
    (
        "FARGATE",
        fargate(container(stopTimeout=121)),
        "services.web.stop_grace_period: 121 seconds is out of range on Fargate",
    ),
    (
        "EC2",
        request(container(restartPolicy={"enabled": True, "restartAttemptPeriod": 30})),
        "services.web.deploy.restart_policy.window: 30 seconds is out of range",
    ),
    (
        "EC2",
        request(container(ulimits=[{"name": "as", "softLimit": 1, "hardLimit": 1}])),
        'services.web.ulimits.as: "as" is not a choice',
    ),
    (
        "EC2",
        request(container(ulimits=[{"name": "core", "softLimit": 2, "hardLimit": 1}])),
        "services.web.ulimits.core: the soft limit is above the hard limit",
    ),
    (
        "EC2",
        request(linux(capabilities={"add": ["FLY"]})),
        'services.web.cap_add: "FLY" is not a choice',
    ),
    (
        "FARGATE",
        fargate(linux(capabilities={"add": ["NET_ADMIN"]})),
        'services.web.cap_add: "NET_ADMIN" is not a choice on Fargate',
    ),
    (
        "EC2",
        request(container(logConfiguration={"logDriver": "local"})),
        'services.web.logging.driver: "local" is not a choice on EC2',
    ),
    (
        "FARGATE",
        fargate(container(logConfiguration={"logDriver": "syslog"})),
        'services.web.logging.driver: "syslog" is not a choice on Fargate',
    ),
    (
        "EC2",
        request(
            container(logConfiguration={"logDriver": "awslogs", "options": {"awslogs-region": "r"}})
        ),
        "services.web.logging.options: the driver awslogs needs awslogs-group",
    ),
    (
        "EC2",
        request(
            container(
                environment=[{"name": "A", "value": ""}], secrets=[{"name": "A", "valueFrom": "a"}]
            ),
            executionRoleArn="ecs",
        ),
        "services.web.secrets: A is set by environment too",
    ),
    (
        "EC2",
        request(
            container(secrets=[{"name": "A", "valueFrom": "arn:nonsense b"}]),
            executionRoleArn="ecs",
        ),
        "services.web.secrets.A.value_from: the value is not an ARN or the name of a parameter",
    ),
    (
        "EC2",
        request(container(systemControls=[{"namespace": "vm.swappiness", "value": "1"}])),
        'services.web.sysctls.vm.swappiness: "vm.swappiness" is not a setting of a namespace',
    ),
    (
        "EC2",
        request(
            container(systemControls=[{"namespace": "net.a", "value": "1"}]), networkMode="host"
        ),
        "services.web.sysctls: net.a cannot be set with network mode host",
    ),
    (
        "EC2",
        request(linux(swappiness=10)),
        "services.web.mem_swappiness: has no effect without memswap_limit",
    ),
    (
        "EC2",
        request(container(dependsOn=[{"containerName": "db", "condition": "START"}])),
        "services.web.depends_on.db: no such container: db",
    ),
    (
        "EC2",
        request(
            container(dependsOn=[{"containerName": "db", "condition": "HEALTHY"}]), container("db")
        ),
        "services.web.depends_on.db: db has no healthcheck to wait for",
    ),
    (
        "EC2",
        request(
            container(dependsOn=[{"containerName": "db", "condition": "SUCCESS"}]), container("db")
        ),
        "services.web.depends_on.db: db may end, so it cannot be essential",
    ),
    (
        "EC2",
        request(container(dependsOn=[{"containerName": "web", "condition": "START"}])),
        "services.web.depends_on.web: a container cannot depend on itself",
    ),
    (
        "EC2",
        request(
            container(dependsOn=[{"containerName": "db", "condition": "START"}]),
            container("db", dependsOn=[{"containerName": "web", "condition": "START"}]),
        ),
        "services.db.depends_on: a circle: db and web wait for each other",
    ),
    (
        "EC2",
        request(
            container(portMappings=[port(80, 8080)]), container("db", portMappings=[port(81, 8080)])
        ),
        "services.db.ports: port 8080/tcp is already taken by web",
    ),
    (
        "EC2",
        request(
            container(portMappings=[port(80)]),
            container("db", portMappings=[port(80)]),
            networkMode="awsvpc",
        ),
        "services.db.ports: port 80/tcp is already taken by web",
    ),
    (
        "EC2",
        request(container(portMappings=[port(22, 22)])),
        "services.web.ports: instances keep port 22 for themselves",
    ),
    (
        "EC2",
        request(container(portMappings=[port(80, 8080)]), networkMode="awsvpc"),
        "services.web.ports: host port 8080 and container port 80 differ; awsvpc needs them equal",
    ),
    (
        "EC2",
        request(container(portMappings=[port(80)]), networkMode="none"),
        "services.web.ports: network mode none has no ports",
    ),
    (
        "EC2",
        request(container(portMappings=[port(70000)])),
        "services.web.ports: container_port: 70000 is out of range",
    ),
    (
        "EC2",
        request(container(portMappings=[port(80, protocol="sctp")])),
        'services.web.ports: protocol: "sctp" is not a choice',
    ),
    (
        "EC2",
        request(container(portMappings=[port(80, name="Web")])),
        'services.web.ports: name: "Web" is not a name for a port',
    ),
    (
        "EC2",
        request(container(portMappings=[port(80, appProtocol="ws")])),
        'services.web.ports: app_protocol: "ws" is not a choice',
    ),
    ("EC2", request(container(links=["db"])), "services.web.links: no such container: db"),
    (
        "EC2",
        request(container(links=["db"]), container("db"), networkMode="host"),
        "services.web.links: network mode host has no links",
    ),
    (
        "EC2",
        request(container(hostname="a"), networkMode="awsvpc"),
        "services.web.hostname: not possible in network mode awsvpc",
    ),
    (
        "FARGATE",
        fargate(container(privileged=True)),
        "services.web.privileged: not possible on Fargate",
    ),
    (
        "FARGATE",
        fargate(linux(devices=[{"hostPath": "/dev/a"}])),
        "services.web.devices: not possible on Fargate",
    ),
    (
        "FARGATE",
        fargate(pidMode="host"),
        'task_definition.pid_mode: "host" is not a choice on Fargate',
    ),
    ("FARGATE", fargate(ipcMode="task"), "task_definition.ipc_mode: not possible on Fargate"),
    (
        "FARGATE",
        fargate(placementConstraints=[{"type": "memberOf", "expression": "a == b"}]),
        "task_definition.placement_constraints: not possible on Fargate",
    ),
    (
        "EC2",
        request(placementConstraints=[{"type": "distinctInstance", "expression": "a == b"}]),
        'task_definition.placement_constraints[0].type: "distinctInstance" is not a choice',
    ),
    (
        "EC2",
        request(tags=[{"key": "AWS:a", "value": ""}]),
        "--tags: AWS:a: names in aws: belong to AWS",
    ),
    (
        "EC2",
        request(tags=[{"key": "a", "value": "b" * 257}]),
        "--tags: a: is longer than 256 characters",
    ),
    (
        "EC2",
        request(tags=[{"key": "a*", "value": ""}]),
        '--tags: a*: "a*" is not text that tags can have',
    ),
    (
        "EC2",
        request(tags=[{"key": str(n), "value": ""} for n in range(51)]),
        "--tags: 51 of them; 50 at most",
    ),
    ("EC2", request(volumes=[{"name": "a b"}]), 'volumes.a b: "a b" is not a name that ECS takes'),
    ("EC2", request(volumes=[{"name": "a"}, {"name": "a"}]), "volumes.a: is defined twice"),
    (
        "FARGATE",
        fargate(ephemeralStorage={"sizeInGiB": 20}),
        "task_definition.ephemeral_storage.size: 20 GiB is out of range",
    ),
    (
        "EC2",
        request(container(mountPoints=[{"sourceVolume": "a", "containerPath": "/a"}])),
        "services.web.volumes: no such volume: a",
    ),
    (
        "EC2",
        request(
            container(mountPoints=[{"sourceVolume": "a", "containerPath": "/a"}] * 2),
            volumes=[{"name": "a"}],
        ),
        "services.web.volumes: /a is mounted twice",
    ),
    (
        "EC2",
        request(linux(tmpfs=[{"containerPath": "/a", "size": 0}])),
        "services.web.tmpfs: size: 0 MiB is out of range",
    ),
    (
        "EC2",
        request(linux(tmpfs=[{"containerPath": "/a", "size": 1, "mountOptions": ["fast"]}])),
        'services.web.tmpfs: mount_options: "fast" is not an option of tmpfs',
    ),
    (
        "EC2",
        request(container(volumesFrom=[{"sourceContainer": "db"}])),
        "services.web.volumes_from: no such container: db",
    ),
    (
        "EC2",
        request(container(environment=[{"name": "A", "value": "x" * 65536}])),
        "services: the task definition has 65662 bytes; 65536 at most",
    ),
]


@pytest.mark.parametrize(
    ("launch", "definition"), [(launch, one) for launch, many in GOOD.items() for one in many]
)
def test_a_good_request_passes(launch: str, definition: dict[str, Any]) -> None:
    assert said(definition, launch) == []


@pytest.mark.parametrize(
    ("launch", "definition", "message"), BAD, ids=[message for _, _, message in BAD]
)
def test_each_broken_rule_is_said_once(
    launch: str, definition: dict[str, Any], message: str
) -> None:
    assert said(definition, launch) == [message]


def test_a_problem_points_to_the_key_that_it_came_from() -> None:
    definition = request(container(), container("db", portMappings=[port(0, 99999)]))
    [problem] = [
        one for one in problems(subject(definition, "EC2", "web", "db")) if "99999" in one.message
    ]
    assert problem.where == Mark("compose.yml", 22, 5)
    assert list(problem.finding().lines()) == [
        "compose.yml:22:5: services.db.ports: host_port: 99999 is out of range",
        "  hint: choose 0 to 65535",
    ]


def test_where_ecs_params_decides_its_place_is_shown() -> None:
    own = Map({"task_definition": Map({"services": Map({"web": Map({"mem_limit": "1b"})})})})
    web = own["task_definition"]["services"]["web"]
    web.keys_at["mem_limit"] = Mark("ecs-params.yml", 5, 7)
    [problem] = problems(
        Subject(request(container(memory=1)), "EC2", project("web"), EcsParams(tree=own))
    )
    assert problem.where == Mark("ecs-params.yml", 5, 7)


AWSVPC = (
    "network_configuration: {awsvpc_configuration: {subnets: [%s], security_groups: [%s],"
    " assign_public_ip: %s}}"
)
RUNNING = [
    ("FARGATE", AWSVPC % ("subnet-1", "sg-1", "ENABLED"), []),
    ("FARGATE", "network_configuration: {}", []),  # that of the cluster's stack
    ("FARGATE", AWSVPC % ("vpc-1", "sg-1", "ENABLED"), ['"vpc-1" is not the ID of a subnet']),
    ("FARGATE", AWSVPC % ("subnet-1", "sg-1, " * 6, "DISABLED"), ["6 of them; 5 at most"]),
    ("FARGATE", AWSVPC % ("subnet-1", "", "yes"), ['"yes" is not a choice']),
    ("EC2", AWSVPC % ("subnet-1", "", "ENABLED"), ["tasks on instances get no public address"]),
    (
        "EC2",
        "task_placement: {strategy: [{type: binpack, field: disk}]}",
        ['binpack has no field "disk"'],
    ),
    ("EC2", "task_placement: {strategy: [{type: pack}]}", ['"pack" is not a choice']),
    (
        "EC2",
        "task_placement: {strategy: [%s]}" % ("{type: random}, " * 6),
        ["6 of them; 5 at most"],
    ),
    (
        "EC2",
        "task_placement: {constraints: [{type: memberOf}]}",
        ["memberOf needs an expression"],
    ),
    (
        "EC2",
        "task_placement: {constraints: [%s]}" % ("{type: distinctInstance}, " * 11),
        ["11 with those of the task; 10 at most"],
    ),
    ("EC2", "task_placement: {constraints: [{type: near}]}", ['"near" is not a choice']),
]


def running(definition: dict[str, Any], launch: str, params: EcsParams) -> Subject:
    """A service with the fields of ecs-params."""
    return Subject(definition, launch, project("web"), params, Run(run_fields(params)))


@pytest.mark.parametrize(("launch", "text", "messages"), RUNNING)
def test_how_tasks_are_run(launch: str, text: str, messages: list[str]) -> None:
    params = parse_params(f"version: 1\nrun_params:\n  {text}\n", "ecs-params.yml", {})
    definition = fargate() if launch == "FARGATE" else request()
    found = list(run_problems(running(definition, launch, params)))
    assert [one.message for one in found] == messages
    assert all(
        one.path.startswith("run_params.") and one.where and one.where.line == 3 for one in found
    )


def test_fargate_places_tasks_itself() -> None:
    text = "version: 1\nrun_params:\n  task_placement: {strategy: [{type: random}]}\n"
    params = parse_params(text, "ecs-params.yml", {})
    found = run_problems(running(fargate(), "FARGATE", params))
    assert [f"{one.path}: {one.message}" for one in found] == [
        "run_params.task_placement.strategy: not possible on Fargate",
    ]


def test_a_name_that_ecs_does_not_take_is_an_error_of_the_project() -> None:
    definition = request(family="a.b")
    found = list(problems(Subject(definition, "EC2", project("web"), EcsParams())))
    assert [(problem.path, problem.severity) for problem in found] == [("name", "error")]
