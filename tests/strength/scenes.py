"""The commands of the call tables, each with the state it starts from."""

import time
from typing import NamedTuple

from tests.strength.lab import Census, Step

COMPOSE = """\
services:
  web:
    image: nginx:1.27
    ports: ["80"]
    command: sleep 600
    mem_limit: 64m
    logging:
      driver: awslogs
      options: {awslogs-group: strength, awslogs-region: us-east-1, awslogs-stream-prefix: web}
"""
CREDENTIALS = """\
version: 1
registry_credentials:
  quay.io: {username: somebody, password: markerregistrypw42, container_names: [web]}
"""
SHIPPED = """\
services:
  web:
    image: nginx:1.27
    mem_limit: 64m
    command: sleep 600
    secrets: [db_password, {source: token, target: TOKEN}]
secrets:
  db_password: {file: ./password.txt}
  token: {file: ./password.txt, x-ecs: {store: ssm}}
"""
BUILT = "services: {web: {build: ./app, mem_limit: 64m}}\n"
SHOP = """\
services:
  web: {image: nginx, mem_limit: 50m, depends_on: [api]}
  api:
    image: ghcr.io/me/api
    mem_limit: 50m
    depends_on:
      migrate: {condition: service_completed_successfully}
  migrate:
    image: ghcr.io/me/api
    mem_limit: 50m
    labels: {ecscli.sandbox.exit-code: "0", ecscli.sandbox.exit-after: "1"}
x-ecs: {layout: services, discovery: none, logs: none}
"""
NAMED = """\
services:
  web: {image: nginx, ports: ["80:80"], networks: [front], depends_on: [api]}
  api:
    image: ghcr.io/me/api
    networks: [front, back]
    depends_on:
      migrate: {condition: service_completed_successfully}
  migrate:
    image: ghcr.io/me/api
    networks: [back]
    labels: {ecscli.sandbox.exit-code: "0", ecscli.sandbox.exit-after: "1"}
networks: {front: , back: }
x-ecs: {layout: services, discovery: dns, logs: none}
"""
SWITCHED = """\
services:
  web: {image: nginx, mem_limit: 50m, depends_on: [db]}
  db: {image: redis, mem_limit: 50m, volumes: ["/srv/data:/data"]}
x-ecs: {discovery: none, logs: none}
"""
KEPT = """\
services: {db: {image: redis, volumes: ["data:/data"]}}
volumes: {data: {x-ecs: {efs: true}}}
x-ecs: {layout: services, discovery: none, logs: none}
"""
BALANCED = """\
services:
  web: {image: nginx, ports: ["80:80"], x-ecs: {load_balancer: true}}
  api: {image: nginx, ports: ["80:80"], x-ecs: {load_balancer: {path: /api}}}
x-ecs: {layout: services, discovery: none, logs: none}
"""
# the target group of web is left for one with HTTPS, and the path of api passes to rest
MOVED = """\
services:
  web: {image: nginx, ports: ["80:80", "80:443"], x-ecs: {load_balancer: {port: 443}}}
  rest: {image: nginx, ports: ["80:80"], x-ecs: {load_balancer: {path: /api}}}
x-ecs: {layout: services, discovery: none, logs: none}
"""
FILES = {
    "switched.yml": SWITCHED,
    "kept.yml": KEPT,
    "built.yml": BUILT,
    "app/Dockerfile": "FROM scratch\n",
    "docker-compose.yml": COMPOSE,
    "creds.yml": CREDENTIALS,
    "secrets.yml": SHIPPED,
    "shop.yml": SHOP,
    "named.yml": NAMED,
    "balanced.yml": BALANCED,
    "moved.yml": MOVED,
    "joined.yml": NAMED.replace("[front, back]", "[front]").replace("[back]", "[front]"),
    "password.txt": "markersecretvalue43",
    "role.yml": "task_definition: {task_execution_role: exec}\nlogs: none\n",
}
SECRETS = ("markerregistrypw42", "markersecretvalue43")


class Scene(NamedTuple):
    """A command; `waits` where it follows what it began, `writes` where it changes something."""

    command: str
    setup: str
    writes: bool = True
    waits: bool = False


def instance(census: Census) -> None:
    """A cluster with one instance, made by calls: quicker than `up`."""
    census.client("ecs").create_cluster(clusterName="demo")
    census.client("logs").create_log_group(logGroupName="strength")
    data = "#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config"
    census.client("ec2").run_instances(
        ImageId="ami-12c6146b", InstanceType="t3.medium", MinCount=1, MaxCount=1, UserData=data
    )
    for _ in range(1000):
        if census.client("ecs").list_container_instances(cluster="demo")["containerInstanceArns"]:
            return
        time.sleep(0.02)
    raise AssertionError("no instance has joined")


def repository(census: Census) -> None:
    census.client("ecr").create_repository(repositoryName="app")


def role(census: Census) -> None:
    census.client("iam").create_role(RoleName="exec", AssumeRolePolicyDocument="{}")


def other_values(census: Census) -> None:
    """Secrets of the project with other values than those of this machine."""
    tags = [{"Key": "ecscli:project", "Value": "web"}]
    census.client("secretsmanager").create_secret(
        Name="web/db_password", SecretString="other", Tags=tags
    )
    census.client("ssm").put_parameter(
        Name="/web/token", Value="other", Type="SecureString", Tags=tags
    )


def revisions(census: Census) -> None:
    """Three revisions of the project, of which the last runs nowhere."""
    containers = [{"name": "web", "image": "nginx", "memory": 64}]
    for number in range(3):
        census.client("ecs").register_task_definition(
            family="web", containerDefinitions=containers, cpu=str(256 + number)
        )


def log_group(census: Census) -> None:
    census.client("logs").create_log_group(logGroupName="strength")


UP = "up --capability-iam --size 1 --instance-type t3.medium"
DISCOVERY = (
    "compose -p web service up --enable-service-discovery --private-dns-namespace local --vpc VPC "
    "--sd-container-name web --sd-container-port 80"
)
SETUPS: dict[str, tuple[Step, ...]] = {
    "none": (),
    "empty": ("up --empty",),
    "stack": (UP,),
    "instance": (instance,),
    "task": (instance, "compose -p web up"),
    "created": (instance, "compose -p web create"),
    "service": (instance, "compose -p web service up"),
    "stopped": (instance, "compose -p web service up", "compose -p web service stop"),
    "one service": (instance, "compose -p web -f switched.yml service up"),
    "services": (instance, "compose --layout services -p web up"),
    "idle": (
        instance,
        "compose --layout services -p web up",
        "compose --layout services -p web stop",
    ),
    "shop": (instance, "compose -p web -f shop.yml up"),
    "idle shop": (instance, "compose -p web -f shop.yml up", "compose -p web -f shop.yml stop"),
    "revisions": ("up --empty", revisions),
    "found": (instance, DISCOVERY),
    "full": (UP, "compose -p web service up --create-log-groups"),
    "image": (repository,),
    "role": ("up --empty", role),
    "stored": ("up --empty", other_values),
    "fargate": ("up --launch-type FARGATE", log_group),
    "roles": (
        "up --launch-type FARGATE",
        log_group,
        "compose -p web up --capability-iam --launch-type FARGATE",
    ),
    "named": (
        *("up --launch-type FARGATE", log_group),
        "compose -p web -f named.yml up --launch-type FARGATE",
    ),
    "kept": (
        "up --launch-type FARGATE",
        "compose -p web -f kept.yml up --launch-type FARGATE --capability-iam",
    ),
    "balanced": (
        *("up --launch-type FARGATE", log_group),
        "compose -p web -f balanced.yml up --launch-type FARGATE",
    ),
    "service roles": (
        *("up --launch-type FARGATE", log_group),
        "compose -p web service up --capability-iam",
    ),
}
SCENES = (
    Scene("ps", "task", writes=False),
    Scene("instances", "task", writes=False),
    Scene("watch --once", "service", writes=False),
    Scene("compose -p web watch --once", "service", writes=False),
    Scene("images", "image", writes=False),
    Scene("check-attributes --task-def web", "task", writes=False),
    Scene("logs --task-id TASK", "task", writes=False),
    Scene("compose -p web ps", "task", writes=False),
    Scene("compose -p web why", "task", writes=False),
    Scene("compose -p web open --print", "task", writes=False),
    Scene("compose -p web plan", "created", writes=False),
    Scene("compose -p web up --dry-run", "instance", writes=False),
    Scene("compose -p web -f built.yml plan", "instance", writes=False),
    Scene("compose -p web logs", "task", writes=False),
    Scene("compose -p web -f secrets.yml secrets ls", "stored", writes=False),
    Scene("compose -p web service ps", "service", writes=False),
    Scene("compose -p web service plan --desired-count 2", "service", writes=False),
    Scene("compose -p web service up --dry-run", "instance", writes=False),
    Scene("compose -p web service rm --dry-run", "service", writes=False),
    Scene("compose -p web service logs", "service", writes=False),
    Scene("compose --layout services -p web ps", "services", writes=False),
    Scene("compose --layout services -p web plan", "services", writes=False),
    Scene("compose --layout services -p web logs", "services", writes=False),
    Scene("compose --layout services -p web why", "services", writes=False),
    Scene("compose --layout services -p web open --print", "services", writes=False),
    Scene("compose --layout services -p web wait", "services", writes=False, waits=True),
    Scene("compose --layout services -p web down --dry-run", "services", writes=False),
    Scene("compose -p web prune --keep 1 --dry-run", "revisions", writes=False),
    Scene("plan --capability-iam --size 2 --instance-type t3.medium", "stack", writes=False),
    Scene("up --dry-run --capability-iam --instance-type t3.medium", "none", writes=False),
    Scene("compose -p web plan --capability-iam", "fargate", writes=False),
    Scene("compose -p web -f named.yml plan", "fargate", writes=False),
    Scene("compose -p web -f named.yml ps", "named", writes=False),
    Scene("compose -p web -f kept.yml plan --launch-type FARGATE", "kept", writes=False),
    Scene("compose -p web -f balanced.yml plan", "balanced", writes=False),
    Scene("compose -p web -f balanced.yml open --print", "balanced", writes=False),
    Scene("compose -p web create --create-log-groups --log-retention 7", "empty"),
    Scene("compose -p web -f secrets.yml --ecs-params role.yml create --ship-secrets", "role"),
    Scene("compose -p web -f secrets.yml secrets push", "stored"),
    Scene("compose -p web -f secrets.yml secrets rm --yes", "stored"),
    Scene("compose -p web up", "instance", waits=True),
    Scene("compose -p web up --capability-iam --launch-type FARGATE", "fargate", waits=True),
    Scene("compose -p web start", "instance", waits=True),
    Scene("compose -p web run web", "instance", waits=True),
    Scene("compose -p web scale 2", "task", waits=True),
    Scene("compose -p web stop", "task", waits=True),
    Scene("compose -p web down", "roles", waits=True),
    Scene("compose -p web wait", "task", writes=False, waits=True),
    Scene("compose -p web prune --keep 1 --force", "revisions"),
    Scene("compose -p web prune --keep 1 --force --delete", "revisions"),
    Scene("compose -p web service create", "instance"),
    Scene("compose -p web service up", "instance", waits=True),
    Scene("compose -p web service up --desired-count 2", "service", waits=True),
    Scene(DISCOVERY, "instance", waits=True),
    Scene("compose -p web service scale 2", "service", waits=True),
    Scene("compose -p web service start", "stopped", waits=True),
    Scene("compose -p web service stop", "service", waits=True),
    Scene("compose -p web service wait", "service", writes=False, waits=True),
    Scene("compose -p web service rm", "service", waits=True),
    Scene("compose -p web service rm --timeout 4", "service roles", waits=True),
    Scene("compose -p web service rm --delete-namespace", "found", waits=True),
    Scene("compose --layout services -p web up", "instance", waits=True),
    Scene("compose --layout services -p web up --switch-layout", "service", waits=True),
    Scene("compose -p web service up --switch-layout", "services", waits=True),
    Scene("compose --layout services -p web scale web=2", "services", waits=True),
    Scene("compose --layout services -p web stop", "services", waits=True),
    Scene("compose --layout services -p web start", "idle", waits=True),
    Scene("compose --layout services -p web restart", "services", waits=True),
    Scene("compose --layout services -p web run web", "services", waits=True),
    Scene("compose --layout services -p web create", "instance"),
    Scene("compose --layout services -p web down", "services", waits=True),
    Scene("compose -p web -f shop.yml up", "instance", waits=True),
    Scene("compose -p web -f named.yml up --launch-type FARGATE", "fargate", waits=True),
    Scene("compose -p web -f named.yml down", "named", waits=True),
    Scene("registry-creds up creds.yml --role-name pullers", "empty"),
    Scene("up --empty", "none"),
    Scene(UP, "none"),
    Scene("up --launch-type FARGATE", "none"),
    Scene("up --capability-iam --size 2 --instance-type t3.medium", "stack"),
    Scene("scale --capability-iam --size 2", "stack"),
    Scene("down --force", "full"),
)
