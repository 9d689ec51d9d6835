"""Mistakes that people make, and the whole message that each is answered with: what is wrong, where,
and what to do."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands.compose.conftest import World
from tests.conftest import Cli, Result
from tests.copies import Copies

WEB = """\
services:
  web:
    image: nginx:1
    mem_limit: 100m
"""
SMALL = "services:\n  web:\n    image: nginx:1\n"
PUBLISHED = SMALL + '    mem_limit: 100m\n    ports: ["80:80"]\n'
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
NOT_FOUND = "pull image manifest has been retried 1 time(s): failed to resolve ref: not found"
CONFIGURED = {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1"}


# what differs from run to run
NAMES = {
    r"\b[0-9a-f]{32}\b": "{task}",
    r"\bi-[0-9a-f]{17}\b": "{instance}",
    r"http://127.0.0.1:\d{2,}": "{sandbox}",
}


class Mistake(NamedTuple):
    """A situation, a command without ``ecscli``, and what is printed on stderr: from the first
    error or warning on, if there is one.

    `on`: "" for a user without an account, "demo" for one whose configuration names the cluster
    demo of a sandbox. `fault`: what AWS answers to an action: the error's code and its message.
    `{here}` in a message is the working directory, `{home}` the home.
    """

    situation: str
    command: str
    says: str = ""
    code: int = 2
    files: Mapping[str, str] = {"docker-compose.yml": WEB}
    on: str = ""
    variables: Mapping[str, str] = {}
    fault: tuple[str, str, str] | None = None
    before: tuple[str, ...] = ()  # commands that lead into the situation
    inside: str = ""  # a directory below the project
    programs: tuple[str, ...] | None = None  # all that the machine has; None: those of this one
    lost: str = ""  # an image that cannot be pulled


TYPED = (
    Mistake(
        "no Compose file",
        "compose service up",
        """
        error: there is no Compose file in {here} or in a directory above it
          hint: name one with --file, or create one of compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml
        """,
        files={},
    ),
    Mistake("a directory below the project", "compose config", inside="sub", code=0),
    Mistake(
        "a file that does not exist",
        "compose -f nope.yml up",
        """
        error: the file nope.yml does not exist
          hint: it was looked for in {here}: correct the path, or create the file
        """,
    ),
    Mistake(
        "typing error in a command",
        "compse up",
        """
        error: ecscli has no command "compse"
          hint: did you mean "compose"?
        """,
    ),
    Mistake(
        "typing error in a sub-command",
        "compose servce up",
        """
        error: ecscli compose has no command "servce"
          hint: did you mean "service"?
        """,
    ),
    Mistake(
        "typing error in a sub-sub-command",
        "compose service pss",
        """
        error: ecscli compose service has no command "pss"
          hint: did you mean "ps"?
        """,
    ),
    Mistake(
        "typing error in an option",
        "compose service up --desired-cuont 2",
        """
        error: ecscli compose service up has no option --desired-cuont
          hint: did you mean --desired-count?
        """,
    ),
    Mistake(
        "option of another command",
        "compose service up --size 2",
        """
        error: ecscli compose service up has no option --size
          hint: the number of tasks is --desired-count of `ecscli compose service up`; --size is the number of instances: `ecscli scale --size N`
        """,
    ),
    Mistake(
        "scale without a number",
        "compose service scale",
        """
        error: Please pass arguments in the form: ecscli compose service scale COUNT
          hint: COUNT is the number of tasks: `ecscli compose service scale 2`
        """,
    ),
    Mistake(
        "scale with a text",
        "compose service scale two",
        """
        error: COUNT is a whole number, not "two"
          hint: for example: scale 2
        """,
    ),
    Mistake(
        "schema of a wrong name",
        "schema compose",
        """
        error: SUBJECT cannot be "compose"
          hint: use cluster, ecs-params or output
        """,
    ),
    Mistake(
        "completion of a wrong shell",
        "completion powershell",
        """
        error: SHELL cannot be "powershell"
          hint: use bash, zsh or fish
        """,
    ),
)
HABITS = (
    Mistake(
        "docker compose up -d",
        "compose up -d",
        """
        Started container...  container={task}/web  desiredStatus=RUNNING  lastStatus=RUNNING  taskDefinition=project:1
        """,
        on="demo",
        code=0,
    ),
    Mistake(
        "docker compose down -v",
        "compose down -v",
        """
        No task of project "project" is running in cluster demo.
        """,
        on="demo",
        code=0,
    ),
    Mistake("docker compose ps -a", "compose ps -a", on="demo", code=0),
    Mistake(
        "docker compose logs -f",
        "compose logs -f",
        """
        error: project "project" has no tasks in cluster demo, so there are no logs
          hint: start it with `ecscli compose up` or `ecscli compose service up`; ECS lists stopped tasks for an hour only
        """,
        on="demo",
    ),
    Mistake(
        "docker compose --profile",
        "compose --profile x config",
        """
        error: --profile: no service has the Compose profile "x"
          hint: the files have no profiles; an AWS profile is chosen with --aws-profile
        """,
    ),
    Mistake(
        "docker compose pull",
        "compose pull",
        """
        Nothing to pull: ECS pulls the images when a task starts; `ecscli pull` gets one from ECR
        """,
        code=0,
    ),
    Mistake(
        "docker compose restart",
        "compose restart",
        """
        Nothing was running: project "project" is started.
        """,
        on="demo",
        code=0,
    ),
    Mistake("docker compose ls", "compose ls", on="demo", code=0),
    Mistake(
        "copilot init",
        "init",
        """
        error: no region is set
          hint: use --region, `ecscli configure --cluster NAME --region REGION` (~/.ecs/config), AWS_REGION, or `region` of the AWS profile (~/.aws/config)
        """,
    ),
    Mistake(
        "copilot deploy",
        "deploy",
        """
        ECS Service has reached a stable state  desiredCount=1  runningCount=1
        """,
        on="demo",
        code=0,
    ),
    Mistake("ecspresso status", "status", on="demo", code=0),
    Mistake(
        "ecspresso verify",
        "verify",
        """
        error: ecscli has no command "verify"
          hint: `ecscli compose check` finds what is wrong with the files of a project
        """,
    ),
    Mistake(
        "delete",
        "delete",
        """
        error: ecscli has no command "delete"
          hint: `ecscli compose service rm` deletes a service, `ecscli down` the whole cluster
        """,
    ),
    Mistake(
        "service ls",
        "service ls",
        """
        error: ecscli has no command "service"
          hint: `ecscli compose ls` lists the projects and services of the cluster; `ecscli compose service up`, `ps` and `rm` are for the service of this project
        """,
    ),
    Mistake("version", "version", code=0),
)
FILES = (
    Mistake(
        "exec of an unknown service",
        "compose exec wbe sh",
        """
        error: the project has no service "wbe"
          hint: did you mean "web"?
        """,
        on="demo",
    ),
    Mistake(
        "logs of an unknown service",
        "compose logs wbe",
        """
        error: the project has no service "wbe"
          hint: did you mean "web"?
        """,
        on="demo",
    ),
    Mistake(
        "run of an unknown container",
        "compose run wbe ls",
        """
        error: the project has no container "wbe"
          hint: did you mean "web"?
        """,
        on="demo",
    ),
    Mistake(
        "typing error in a key",
        "compose render",
        """
        error: docker-compose.yml:3:5: services.web: unknown key "imgae"
          hint: did you mean "image"?
        """,
        files={"docker-compose.yml": "services:\n  web:\n    imgae: nginx:1\n"},
    ),
    Mistake(
        "broken YAML",
        "compose render",
        """
        error: docker-compose.yml:4:12: not valid YAML: "[" is opened here and never closed
          hint: add "]"
        """,
        files={"docker-compose.yml": "services:\n  web:\n    image: nginx:1\n    ports: [80\n"},
    ),
    Mistake(
        "a tab in YAML",
        "compose render",
        """
        error: docker-compose.yml:3:1: not valid YAML: the line is indented with a tab
          hint: indent it with spaces
        """,
        files={"docker-compose.yml": "services:\n  web:\n\timage: nginx:1\n"},
    ),
    Mistake(
        "a required variable is missing",
        "compose render",
        """
        error: docker-compose.yml:3:12: services.web.image: required variable TAG is missing a value: set TAG
          hint: set TAG in the environment, in .env, or in a file named with --env-file
        """,
        files={"docker-compose.yml": "services:\n  web:\n    image: nginx:${TAG:?set TAG}\n"},
    ),
    Mistake(
        "a variable is not set",
        "compose config",
        """
        warning: docker-compose.yml:4:15: the variable "TAG" is not set; it is replaced by an empty text
          hint: set TAG, or give it a default: ${TAG:-...}
        """,
        files={"docker-compose.yml": SMALL + "    hostname: web${TAG}\n"},
        code=0,
    ),
    Mistake(
        "typing error in a reference",
        "compose render",
        """
        error: docker-compose.yml:4:18: services.web.depends_on.dbb: there is no service "dbb"
          hint: did you mean "db"?
        """,
        files={
            "docker-compose.yml": SMALL + "    depends_on: [dbb]\n  db:\n    image: postgres:16\n"
        },
    ),
    Mistake(
        "an env file is missing",
        "compose render",
        """
        error: docker-compose.yml:4:15: services.web.env_file: the env file missing.env does not exist
          hint: create it, or make it optional: `env_file: [{path: missing.env, required: false}]`
        """,
        files={"docker-compose.yml": SMALL + "    env_file: missing.env\n"},
    ),
    Mistake(
        "typing error in ecs-params.yml",
        "compose render",
        """
        error: ecs-params.yml:2:1: unknown key "task_definiton"
          hint: did you mean "task_definition"?
        """,
        files={
            "docker-compose.yml": WEB,
            "ecs-params.yml": "version: 1\ntask_definiton:\n  task_size: {mem_limit: 512}\n",
        },
    ),
    Mistake(
        "no memory limit, EC2",
        "compose render",
        """
        128 MiB of memory are reserved for web, as no size is given; mem_limit sets one
        """,
        files={"docker-compose.yml": SMALL},
        code=0,
    ),
    Mistake(
        "no size and no subnets, Fargate",
        "compose service up --launch-type FARGATE",
        """
        error: tasks in network mode awsvpc (always so on Fargate) need a subnet: none is set, and there is no CloudFormation stack amazon-ecs-cli-setup-demo in us-east-1 to take one from
          hint: set run_params.network_configuration.awsvpc_configuration.subnets in ecs-params.yml, or create a cluster with a network of its own with `ecscli up`
        """,
        files={"docker-compose.yml": SMALL},
        on="demo",
    ),
    Mistake(
        "no subnets, Fargate",
        "compose service up --launch-type FARGATE",
        """
        error: tasks in network mode awsvpc (always so on Fargate) need a subnet: none is set, and there is no CloudFormation stack amazon-ecs-cli-setup-demo in us-east-1 to take one from
          hint: set run_params.network_configuration.awsvpc_configuration.subnets in ecs-params.yml, or create a cluster with a network of its own with `ecscli up`
        """,
        files={
            "docker-compose.yml": WEB,
            "ecs-params.yml": "version: 1\ntask_definition: {ecs_network_mode: awsvpc}\n",
        },
        on="demo",
    ),
    Mistake(
        "an odd size, Fargate",
        "compose render --launch-type FARGATE",
        """
        Fargate: the task gets 512 CPU units and 1024 MiB, the smallest that holds 308 CPU units and 700 MiB
        """,
        files={
            "docker-compose.yml": SMALL + "    mem_limit: 700m\n    cpus: 0.3\n",
        },
        code=0,
    ),
)
LIVE = (
    Mistake(
        "a port that is taken, as a task",
        "compose -p other up --timeout 0.3",
        """
        error: project "other": no new task could be placed
          likely cause: no instance has room for other:1; on every instance: port 80/tcp is taken (RESOURCE:PORTS)
          instances {instance}, {instance}: port 80/tcp is taken
          hint: publish another host port or none, or add instances with `ecscli scale --size N`
        """,
        files={"docker-compose.yml": PUBLISHED},
        before=("compose -p first scale 2",),
        on="demo",
        code=5,
    ),
    Mistake(
        "an image that does not exist, as a service",
        "compose service up",
        """
        error: service project: the deployment of project:1 failed: ECS deployment circuit breaker: tasks failed to start
          likely cause: project:1, container web (nginx:nope) did not start: the image does not exist under this name and tag, or its registry wants a login (CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref: not found)
          3 tasks ended like this, the newest: {task}
          hint: correct `image` in the Compose file, push the image, or give ECS a login to a private registry with `ecscli registry-creds up`; then deploy again; `ecscli compose --project-name project why --cluster demo` shows the reasons again
        """,
        files={"docker-compose.yml": WEB.replace("nginx:1", "nginx:nope")},
        lost="nginx:nope",
        on="demo",
        code=5,
    ),
    Mistake(
        "an image that does not exist, as a task",
        "compose up",
        """
        error: 1 task of project "project" stopped
          likely cause: project:1, container web (nginx:nope) did not start: the image does not exist under this name and tag, or its registry wants a login (CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref: not found)
          1 task ended like this, the newest: {task}
          hint: correct `image` in the Compose file, push the image, or give ECS a login to a private registry with `ecscli registry-creds up`; then deploy again; `ecscli compose --project-name project why --cluster demo` shows the reasons again
        """,
        files={"docker-compose.yml": WEB.replace("nginx:1", "nginx:nope")},
        lost="nginx:nope",
        on="demo",
        code=5,
    ),
    Mistake(
        "no such cluster: service up",
        "compose --cluster nope service up",
        """
        error: there is no cluster nope in us-east-1
          hint: create it with `ecscli up --cluster nope`, or name another with --cluster
        """,
        on="demo",
    ),
    Mistake(
        "no such cluster: ps",
        "ps --cluster nope",
        """
        error: there is no cluster nope in us-east-1
          hint: choose another with --cluster; there are: demo
        """,
        on="demo",
    ),
    Mistake(
        "no such cluster: down",
        "down --cluster nope --force",
        """
        There is no cluster nope and no stack amazon-ecs-cli-setup-nope in us-east-1: nothing to do.
        """,
        on="demo",
        code=0,
    ),
    Mistake(
        "no such service: scale",
        "compose -p nothere service scale 2",
        """
        error: there is no service nothere in cluster demo
          hint: create it with `ecscli compose --project-name nothere service up`, or name another with --project-name and --cluster
        """,
        on="demo",
    ),
    Mistake(
        "up without consent",
        "up --cluster two",
        """
        warning: no key pair: you will not be able to log in to the instances by SSH
          hint: name one with --keypair, or set capacity.session-manager: true in ecs-cluster.yml
        Using recommended Amazon Linux 2023 image with ECS agent 1.107.0 and Docker version 25.0.16
        Port 80 (tcp) is open to the world: 0.0.0.0/0
        error: nothing was changed: there is no terminal to ask: "Create an IAM role for the instances of cluster two, in stack amazon-ecs-cli-setup-two?"
          hint: confirm with --capability-iam, or name a role with --instance-role
        """,
        on="demo",
    ),
    Mistake(
        "an unknown key pair",
        "up --cluster two --capability-iam --keypair nokey",
        """
        error: --keypair: there is no key pair nokey in us-east-1
          hint: key pairs here: demo; create this one with `AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox aws --endpoint-url {sandbox} --region us-east-1 ec2 create-key-pair --key-name nokey --query KeyMaterial --output text > nokey.pem`
        """,
        on="demo",
    ),
    Mistake(
        "an unknown instance type",
        "up --cluster two --capability-iam --instance-type t9.huge",
        """
        error: --instance-type: instance type t9.huge is not offered in region us-east-1
          hint: t3.micro and t4g.micro are available nearly everywhere; all are listed by `AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox aws --endpoint-url {sandbox} --region us-east-1 ec2 describe-instance-type-offerings --query 'InstanceTypeOfferings[].InstanceType' --output text`
        """,
        on="demo",
    ),
    Mistake(
        "down without an answer",
        "down",
        """
        error: nothing was changed: no terminal, and no answer to "Delete cluster demo with all of this?"
          hint: confirm with --force
        """,
        before=("compose service up",),
        on="demo",
    ),
    Mistake(
        "the wrong region",
        "ps --region eu-west-1",
        """
        error: there is no cluster demo in eu-west-1
          hint: leave out --region to look in us-east-1, the region of your configuration ({home}/.ecs/sandbox/config, cluster configuration demo); there are no clusters in eu-west-1
        """,
        before=("configure --config-name demo --cluster demo --region us-east-1",),
        on="demo",
    ),
    Mistake(
        "a region that does not exist",
        "ps --region us-esat-1",
        """
        error: --region: the region "us-esat-1" is not known: did you mean "us-east-1"?
        """,
        on="demo",
    ),
    Mistake(
        "nothing to roll back to",
        "compose service rollback",
        """
        error: nothing to roll back to: project:1 is the oldest active revision of "project"
          hint: correct the Compose file and deploy it with `ecscli compose service up`
        """,
        before=("compose service up",),
        on="demo",
    ),
    Mistake(
        "logs of an unknown task",
        "logs --task-id deadbeef",
        """
        error: there is no task "deadbeef" in cluster demo in us-east-1
          hint: `ecscli ps` lists the tasks; for one that stopped more than an hour ago, add its task definition with --task-def
        """,
        on="demo",
    ),
    Mistake(
        "exec without the plugin",
        "compose exec web sh",
        """
        error: session-manager-plugin is not installed
          hint: `curl -O https://s3.amazonaws.com/session-manager-downloads/plugin/latest/ubuntu_64bit/session-manager-plugin.deb && sudo apt install ./session-manager-plugin.deb`
        """,
        on="demo",
        programs=("apt",),
        code=1,
    ),
    Mistake(
        "port-forward without the plugin",
        "compose port-forward web 8080:80",
        """
        error: session-manager-plugin is not installed
          hint: `curl -O https://s3.amazonaws.com/session-manager-downloads/plugin/latest/ubuntu_64bit/session-manager-plugin.deb && sudo apt install ./session-manager-plugin.deb`
        """,
        on="demo",
        programs=("apt",),
        code=1,
    ),
)
ACCESS = (
    Mistake(
        "push without Docker",
        "push app:v1",
        """
        error: no Docker engine answers at unix:///nowhere.sock
          hint: start Docker, or set DOCKER_HOST (see `docker context ls`) to the address of a running engine
        """,
        variables={**KEYS, **CONFIGURED, "DOCKER_HOST": "unix:///nowhere.sock"},
        code=1,
    ),
    Mistake(
        "no such AWS profile",
        "ps --aws-profile prod",
        """
        error: --aws-profile: there is no AWS profile "prod"
          hint: `aws configure list-profiles` lists them: choose one with --aws-profile, or add it with `aws configure --profile NAME`
        """,
        variables=CONFIGURED,
        code=4,
    ),
    Mistake(
        "no such ECS profile",
        "ps --ecs-profile prod",
        """
        error: {home}/.ecs/credentials: there is no ECS profile "prod"
          hint: add it with `ecscli configure profile --profile-name prod`
        """,
        variables=CONFIGURED,
    ),
    Mistake(
        "no such cluster configuration",
        "ps --cluster-config prod",
        """
        error: {home}/.ecs/config: there is no cluster configuration "prod"
          hint: add it with `ecscli configure --config-name prod --cluster CLUSTER --region REGION`
        """,
    ),
    Mistake(
        "no region",
        "ps --cluster demo",
        """
        error: no region is set
          hint: use --region, `ecscli configure --cluster NAME --region REGION` (~/.ecs/config), AWS_REGION, or `region` of the AWS profile (~/.aws/config)
        """,
        variables=KEYS,
    ),
    Mistake(
        "no cluster",
        "ps --region us-east-1",
        """
        error: no cluster is set
          hint: use --cluster, ECS_CLUSTER, or `ecscli configure --cluster NAME --region REGION` (~/.ecs/config)
        """,
        variables=KEYS,
    ),
    Mistake(
        "no credentials",
        "ps",
        """
        error: no AWS credentials were found
          hint: sign in with `aws configure` or `aws sso login` and choose the profile with --aws-profile or AWS_PROFILE, or store keys with `ecscli configure profile`; --sandbox needs no AWS account
        """,
        variables=CONFIGURED,
        code=4,
    ),
    Mistake(
        "an expired token",
        "ps",
        """
        error: the session has expired (DescribeClusters: ExpiredTokenException: The security token included in the request is expired)
          hint: sign in again (`aws sso login`, new session keys), then repeat the command (credentials used: the sandbox)
        """,
        on="demo",
        fault=(
            "ecs:*",
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        code=4,
    ),
    Mistake(
        "an invalid token",
        "ps",
        """
        error: AWS does not know the access key (DescribeClusters: UnrecognizedClientException: The security token included in the request is invalid.)
          hint: `ecscli configure show` prints which key is used and where it stands: correct it there, or use another profile with --aws-profile (credentials used: the sandbox)
        """,
        on="demo",
        fault=(
            "ecs:*",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        code=4,
    ),
    Mistake(
        "access denied, a part of the answer",
        "ps",
        """
        error: the answer is incomplete: addresses of container instances could not be read: these credentials have no permission for ecs:DescribeContainerInstances (AccessDeniedException: You are not authorized to perform this operation.)
          hint: ask for a policy that allows it (the page about permissions in the documentation has those of every command), or use another profile with --aws-profile (credentials used: the sandbox)
        """,
        before=("compose up",),
        on="demo",
        fault=(
            "ecs:DescribeContainerInstances",
            "AccessDeniedException",
            "You are not authorized to perform this operation.",
        ),
        code=4,
    ),
    Mistake(
        "access denied",
        "compose service up",
        """
        error: these credentials have no permission for ecs:CreateService (AccessDeniedException: You are not authorized to perform this operation.)
          hint: ask for a policy that allows it (the page about permissions in the documentation has those of every command), or use another profile with --aws-profile (credentials used: the sandbox)
        """,
        on="demo",
        fault=(
            "ecs:CreateService",
            "AccessDeniedException",
            "You are not authorized to perform this operation.",
        ),
        code=4,
    ),
    Mistake(
        "an address at which nothing answers",
        "ps",
        """
        error: no answer from http://127.0.0.1:1 (ecs describe_clusters): the connection was refused
          hint: the address comes from AWS_ENDPOINT_URL: see that something answers there, or remove it
        """,
        variables={**KEYS, **CONFIGURED, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
        code=1,
    ),
)
MISTAKES = (*TYPED, *HABITS, *FILES, *LIVE, *ACCESS)


@pytest.fixture
def make(cli: Cli, request: pytest.FixtureRequest) -> Callable[[Mistake], Result]:
    """Brings the user into a situation, and runs the command there."""

    def control(path: str, **body: object) -> None:
        World(cli, request.getfixturevalue("copies").url).control(path, **body)

    def run(mistake: Mistake) -> Result:
        for name, text in mistake.files.items():
            cli.write(name, text)
        if mistake.on:
            configured(request.getfixturevalue("copies"), cli)
        for command in mistake.before:
            done = cli(*command.split())
            assert done.code == 0, done.err
        if mistake.fault:
            action, code, message = mistake.fault
            fault = {"action": action, "code": code, "message": message, "status": 400}
            control("faults", kind="fail", times=9, **fault)
        if mistake.lost:
            control("images", image=mistake.lost, reason=NOT_FOUND)
        if mistake.programs is not None:
            cli.environment["PATH"] = str(machine_with(mistake.programs, cli.directory))
        cli.directory /= mistake.inside
        cli.directory.mkdir(exist_ok=True)
        return cli(*mistake.command.split(), **mistake.variables)

    return run


def machine_with(programs: tuple[str, ...], project: Path) -> Path:
    """A directory for PATH with these programs and nothing else."""
    folder = project.parent / "programs"
    folder.mkdir()
    for name in programs:
        (folder / name).touch(mode=0o755)
    return folder


def configured(copies: Copies, cli: Cli) -> None:
    cli.environment |= {
        "XDG_STATE_HOME": copies.environment["XDG_STATE_HOME"],
        "ECSCLI_SANDBOX": "1",
        **CONFIGURED,
    }
    copies.serve_made("a cluster", World(cli, copies.url).open_cluster)


def message(done: Result, cli: Cli) -> str:
    """What is said from the first error or warning on, else the last sentence; ids, times and places
    of this machine by name."""
    lines = done.err.splitlines()
    whole = [at for at, line in enumerate(lines) if line.startswith(("error:", "warning:"))]
    sentences = [at for at, line in enumerate(lines) if not line.startswith(" ")]
    text = "\n".join(lines[(whole or sentences[-1:] or [0])[0] :])
    text = text.replace(str(cli.directory), "{here}").replace(cli.environment["HOME"], "{home}")
    for pattern, name in NAMES.items():
        text = re.sub(pattern, name, text)
    return text


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.situation)
def test_a_mistake_is_answered_with_what_where_and_what_to_do(
    mistake: Mistake, make: Callable[[Mistake], Result], cli: Cli
) -> None:
    done = make(mistake)
    assert message(done, cli) == textwrap.dedent(mistake.says).strip("\n")
    assert done.code == mistake.code
