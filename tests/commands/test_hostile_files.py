"""Every command on every field of the files, variables and arguments that it reads: nothing that is
printed acts.

The rows are made from the fields that there are: each key and each value of a sample in turn is
hostile.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import click
import pytest

from ecscli.cli import group
from tests.conftest import Cli
from tests.hostile import BREAKS, START, TEXTS, acting, places, planted, shown

COMPOSE: dict[str, Any] = {
    "name": "shop",
    "x-note": {"a": ["b"]},
    "services": {
        "web": {
            "image": "nginx:1",
            "build": {
                "context": ".",
                "dockerfile": "Dockerfile",
                "args": {"A": "1"},
                "target": "t",
            },
            "command": ["sh", "-c", "true"],
            "entrypoint": ["sh"],
            "container_name": "web",
            "hostname": "web",
            "user": "nobody",
            "working_dir": "/srv",
            "environment": {"A": "1"},
            "env_file": ["web.env"],
            "labels": {"a": "b"},
            "ports": ["80:80", {"target": 81, "published": "81", "protocol": "tcp"}],
            "expose": ["82"],
            "depends_on": {"db": {"condition": "service_started"}},
            "links": ["db:database"],
            "volumes": [
                "data:/data",
                {"type": "volume", "source": "data", "target": "/d"},
                "/host:/h:ro",
            ],
            "tmpfs": ["/tmp:size=1m"],
            "devices": ["/dev/a:/dev/b:rwm"],
            "dns": ["10.0.0.1"],
            "dns_search": ["example.com"],
            "extra_hosts": ["a:10.0.0.2"],
            "healthcheck": {"test": ["CMD", "true"], "interval": "30s", "retries": 3},
            "logging": {
                "driver": "awslogs",
                "options": {"awslogs-group": "g", "awslogs-region": "us-east-1"},
            },
            "ulimits": {"nofile": {"soft": 10, "hard": 20}},
            "sysctls": {"net.core.somaxconn": "1"},
            "cap_add": ["ALL"],
            "security_opt": ["label:x"],
            "mem_limit": "100m",
            "cpus": "0.5",
            "restart": "always",
            "stop_grace_period": "10s",
            "deploy": {"replicas": 1, "resources": {"limits": {"cpus": "0.5", "memory": "100m"}}},
            "configs": [{"source": "c", "target": "/etc/web/c", "mode": 292}],
            "secrets": [{"source": "s", "target": "S"}],
            "networks": {"default": {"aliases": ["w"]}},
            "profiles": ["p"],
            "platform": "linux/amd64",
            "x-more": "y",
            "unknown": "z",
        },
        "db": {"image": "postgres:16", "mem_limit": "100m"},
    },
    "volumes": {"data": {"driver": "local", "driver_opts": {"o": "x"}}},
    "networks": {"default": {"driver": "bridge"}},
    "configs": {"c": {"content": "text"}},
    "secrets": {"s": {"external": True, "name": "arn:aws:ssm:us-east-1:1:parameter/s"}},
    "unknown": 1,
}
PARAMS: dict[str, Any] = {
    "version": 1,
    "task_definition": {
        "ecs_network_mode": "awsvpc",
        "task_role_arn": "role",
        "task_execution_role": "role",
        "task_size": {"cpu_limit": "256", "mem_limit": "512"},
        "services": {
            "web": {
                "essential": True,
                "depends_on": [{"container_name": "db", "condition": "START"}],
            }
        },
        "docker_volumes": [
            {"name": "v", "scope": "task", "driver": "local", "driver_opts": {"o": "x"}}
        ],
        "efs_volumes": [{"name": "e", "filesystem_id": "fs-1"}],
        "placement_constraints": [{"type": "memberOf", "expression": "x == y"}],
    },
    "run_params": {
        "network_configuration": {
            "awsvpc_configuration": {
                "subnets": ["subnet-1"],
                "security_groups": ["sg-1"],
                "assign_public_ip": "ENABLED",
            }
        },
        "task_placement": {"strategy": [{"type": "spread", "field": "host"}]},
        "service_discovery": {
            "container_name": "web",
            "private_dns_namespace": {"name": "n", "vpc": "vpc-1"},
        },
    },
    "unknown": "x",
}
CREDS: dict[str, Any] = {
    "version": "1",
    "registry_credential_outputs": {
        "task_execution_role": "role",
        "container_credentials": {
            "registry.example": {
                "credentials_parameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:s",
                "kms_key_id": "key",
                "container_names": ["web"],
            }
        },
    },
}
INPUT_CREDS: dict[str, Any] = {
    "version": "1",
    "registry_credentials": {
        "registry.example": {
            "secrets_manager_arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdEf",
            "username": "u",
            "password": "p",
            "kms_key_id": "k",
            "container_names": ["web"],
        }
    },
}
CLUSTER: dict[str, Any] = {
    "cluster": "demo",
    "region": "us-east-1",
    "launch-type": "EC2",
    "capacity": {
        "instance-type": "t3.micro",
        "size": 1,
        "keypair": "k",
        "image-id": "ami-12345678",
        "instance-role": "r",
        "user-data": [{"name": "a.sh", "content": "#!/bin/sh\ntrue\n"}],
    },
    "network": {"vpc": "vpc-1", "subnets": ["subnet-1"], "security-groups": ["sg-1"]},
    "tags": {"a": "b"},
    "unknown": "x",
}
CONFIG: dict[str, Any] = {
    "version": "v1",
    "default": "d",
    "clusters": {
        "d": {
            "cluster": "c",
            "region": "us-east-1",
            "compose-service-name-prefix": "p",
            "cfn-stack-name": "s",
            "default_launch_type": "EC2",
        }
    },
}
CREDENTIALS: dict[str, Any] = {
    "version": "v1",
    "default": "p",
    "ecs_profiles": {
        "p": {"aws_access_key_id": "AKIA", "aws_secret_access_key": "k", "aws_session_token": "t"}
    },
}
PROJECT = (
    ("config",),
    ("config", "--images"),
    ("config", "--format", "json"),
    ("check",),
    ("render",),
)
OF_STORED = (
    ("configure", "show"),
    ("configure", "default", "--config-name", "x"),
    ("ps", "--cluster", "x"),
)


class File(NamedTuple):
    """A sample: its path from the project, and the commands that read it."""

    path: str
    tree: dict[str, Any]
    commands: tuple[tuple[str, ...], ...]


FILES = (
    File(
        "docker-compose.yml",
        COMPOSE,
        (*(("compose", *verb) for verb in PROJECT), ("compose", "--profile", "p", "check")),
    ),
    File("ecs-params.yml", PARAMS, (("compose", "check"), ("compose", "render"))),
    File(
        "ecs-registry-creds_20260101T000000Z.yml",
        CREDS,
        (("compose", "check"), ("compose", "render")),
    ),
    File("input.yml", INPUT_CREDS, (("registry-creds", "up", "input.yml", "--no-role"),)),
    File(
        "ecs-cluster.yml",
        CLUSTER,
        (("render",), ("render", "--output", "json"), ("configure", "show")),
    ),
    File("../home/.ecs/config", CONFIG, OF_STORED),
    File(
        "../home/.ecs/credentials",
        CREDENTIALS,
        (*OF_STORED, ("configure", "profile", "default", "--profile-name", "x")),
    ),
)
ROWS = [
    pytest.param(
        file,
        path,
        kind,
        text,
        id=f"{file.path}-{shown(path)}-{kind}-{number}",
        marks=[pytest.mark.slow] if text is START else [],
    )
    for file in FILES
    for path, kind in places(file.tree)
    for number, text in enumerate(TEXTS)
]
SIMPLE = "services:\n  web:\n    image: nginx\n    mem_limit: 100m\n    env_file: web.env\n"


@pytest.mark.parametrize(("file", "path", "kind", "text"), ROWS)
def test_no_field_of_a_file_acts(
    cli: Cli, file: File, path: tuple[str, ...], kind: str, text: str
) -> None:
    cli.write("web.env", "B=2\n")
    cli.write("docker-compose.yml", SIMPLE)
    cli.write(file.path, json.dumps(planted(file.tree, path, kind, text)))
    for command in file.commands:
        done = cli(*command)
        assert acting(done.out) is None, command
        assert acting(done.err) is None, command
        assert "this is a bug" not in done.err, command


LINES = {
    ".env": (("compose", "config"), ("compose", "render")),
    "web.env": (("compose", "config"), ("compose", "render"), ("compose", "check")),
    "../home/.aws/config": OF_STORED,
    "../home/.aws/credentials": OF_STORED,
    "../home/.ecs/config": OF_STORED,
}
FORMS = (
    "{}",
    "A={}",
    "A='{}'",
    'A="{}"',
    "{}=1",
    "[{}]",
    "[ecs]\ncluster={}",
    "[default]\nregion={}",
    "[ecs]\n{}=1",
)


@pytest.mark.parametrize("file", LINES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", TEXTS, ids=["breaks", "start"])
def test_no_line_of_a_file_acts(cli: Cli, file: str, form: str, text: str) -> None:
    cli.write("web.env", "B=2\n")
    cli.write("docker-compose.yml", SIMPLE + "    labels: {a: $A}\n")
    cli.write(file, form.format(text))
    for command in LINES[file]:
        done = cli(*command)
        assert acting(done.out + done.err) is None, command
        assert "this is a bug" not in done.err, command


VARIABLES = (
    *(
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "ECS_PROFILE",
        "ECS_CLUSTER",
    ),
    *(
        "COMPOSE_FILE",
        "COMPOSE_PROJECT_NAME",
        "COMPOSE_PROFILES",
        "COMPOSE_ENV_FILES",
        "AWS_ENDPOINT_URL",
    ),
    *("AWS_CONFIG_FILE", "A", "HOME"),
)


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("text", TEXTS, ids=["breaks", "start"])
def test_no_variable_acts(cli: Cli, name: str, text: str) -> None:
    cli.write("web.env", "B=2\n")
    cli.write("docker-compose.yml", SIMPLE + "    labels: {a: $A, b: '${B:?$A}'}\n")
    for command in (
        *OF_STORED,
        ("compose", "config"),
        ("compose", "check"),
        ("compose", "ps"),
        ("render",),
    ):
        done = cli(*command, **{name: text})
        assert acting(done.out + done.err) is None, command
        assert "this is a bug" not in done.err, command


def commands(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group, with the words that call it."""
    ctx = click.Context(command)
    yield words, command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from commands(found, (*words, name))


# What ends a command that stays for as long as somebody looks, or that starts containers
ENDS = {
    ("console",): ("--no-open", "--idle", "1s"),
    ("local", "up"): ("--offline", "--secrets", "none.env"),
}


def calls() -> Iterator[tuple[str, ...]]:
    """Each command with a hostile text for each of its options, for an argument and for a command's
    name."""
    for words, command in commands(group):
        if words[:1] == ("sandbox",) and words[1:]:
            continue
        called = (*words, *ENDS.get(words, ()))
        for param in command.params:
            if isinstance(param, click.Option) and not param.is_flag:
                yield (*called, param.opts[0], "{}")
        yield (*called, "{}")
        yield (*called, "--{}")


CALLS = list(calls())


@pytest.mark.slow
@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_no_argument_acts(cli: Cli, words: tuple[str, ...]) -> None:
    cli.write("web.env", "B=2\n")
    cli.write("docker-compose.yml", SIMPLE)
    for text in (BREAKS, START):
        done = cli(*(word.replace("{}", text) for word in words))
        assert acting(done.out + done.err) is None
        assert "this is a bug" not in done.err
