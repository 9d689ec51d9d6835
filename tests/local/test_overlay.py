"""What `up` adds to Compose files, and what is read of them: pure."""

import json
from typing import Any

import pytest

from ecscli.base.yaml import yamlio
from ecscli.local.definition.convert import FILE, Origin, convert
from ecscli.local.definition.read import read
from ecscli.local.overlay import Seat, Surroundings, child_variables, overlay, owner_of
from ecscli.local.secrets import Reference, Wanted, parse, stubs
from ecscli.local.stack import Stack, is_made_here, mebibytes, members_of, units

ROLE = "arn:aws:iam::123456789012:role/app"
TASK = {
    "family": "shop",
    "revision": 3,
    "taskRoleArn": ROLE,
    "cpu": ".5 vCPU",
    "memory": "1 GB",
    "containerDefinitions": [
        {
            "name": "my-app",
            "image": "app",
            "environment": [
                {"name": "AWS_REGION", "value": "eu-west-1"},
                {"name": "B", "value": "1"},
            ],
            "secrets": [{"name": "PW", "valueFrom": "/shop/pw"}],
            "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::b/a.env"}],
        },
        {"name": "job", "image": "app", "essential": False, "disableNetworking": True},
    ],
}
AROUND = Surroundings(
    "o1", address="169.254.170.2:51679", region="us-east-1", task="arn:aws:ecs:::task/local/1"
)
SEATS = {"my-app": Seat("key-of-app", "token-of-app", ROLE)}


def stack_of(*trees: dict[str, Any], version: str = "") -> Stack:
    return Stack(FILE, "/here/t.json", "/here", ("base.yml",), members_of(trees), version)


def made() -> dict[str, Any]:
    return convert(read(TASK, "t.json"), Origin(FILE, "/here/t.json")).base


def test_what_the_conversion_wrote_is_read_again() -> None:
    app, job = members_of([made()])
    assert app.secrets == (Wanted("my-app", "PW", "ECSCLI_SECRET_4c9a75cc_PW", "/shop/pw"),)
    assert app.env_files == ("arn:aws:s3:::b/a.env",)
    assert (app.role, app.family, app.revision, app.cpu, app.memory) == (
        ROLE,
        "shop",
        "3",
        512,
        1024,
    )
    assert (app.essential, job.essential) == (True, False)
    assert (app.has_network, job.has_network) == (True, False)
    assert is_made_here([made()])
    assert not is_made_here([{"services": {}}])


def test_labels_may_be_a_list_and_later_files_add_to_them() -> None:
    more = {"services": {"my-app": {"labels": ["ecs-local.secret.MORE=/shop/more"]}}}
    (app, _) = members_of([made(), more])
    assert [one.name for one in app.secrets] == ["PW", "MORE"]


def test_the_overlay_has_variables_in_the_place_of_keys_and_secrets() -> None:
    found = overlay(stack_of(made()), SEATS, AROUND, {"my-app": {"B": "0", "C": "2"}})
    app = found["services"]["my-app"]
    assert app["environment"] == {
        "C": "${ECSCLI_ENV_4c9a75cc_C}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PW": "${ECSCLI_SECRET_4c9a75cc_PW}",
        "ECS_CONTAINER_METADATA_URI": "http://169.254.170.2:51679/v3/${ECSCLI_KEY_4c9a75cc}",
        "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2:51679/v4/${ECSCLI_KEY_4c9a75cc}",
        "ECS_AGENT_URI": "http://169.254.170.2:51679/api/${ECSCLI_KEY_4c9a75cc}",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": (
            "http://169.254.170.2:51679/v2/credentials/${ECSCLI_KEY_4c9a75cc}"
        ),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "${ECSCLI_TOKEN_4c9a75cc}",
    }
    assert "key-of-app" not in json.dumps(found)
    assert (
        "environment" not in found["services"]["job"]
        or "ECS_AGENT_URI" not in (found["services"]["job"]["environment"])
    )
    assert found["networks"] == {
        "ecs-local-network": {"external": True, "name": "ecs-local-network"}
    }


def test_a_forwarder_is_where_every_sdk_looks() -> None:
    around = Surroundings("o1", address="169.254.170.2", relative=True)
    app = overlay(stack_of(made()), SEATS, around, {})["services"]["my-app"]["environment"]
    assert app["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] == (
        "/v2/credentials/${ECSCLI_KEY_4c9a75cc}"
    )
    assert not {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"} & set(
        app
    )


def test_sizes_are_limits_only_where_that_is_asked_for() -> None:
    limited = Surroundings("o1", limits=True, processors=4)
    app = overlay(stack_of(made()), {}, limited, {})["services"]["my-app"]
    assert (app["cpus"], app["mem_limit"]) == (0.5, "1024m")
    assert "cpus" not in overlay(stack_of(made()), {}, AROUND, {})["services"]["my-app"]


def test_a_file_of_the_user_keeps_its_networks_and_its_version() -> None:
    mine = {
        "version": "3.8",
        "services": {
            "web": {"image": "x", "logging": {"driver": "awslogs"}},
            "db": {"image": "y", "networks": ["back"]},
            "host": {"image": "z", "network_mode": "host"},
        },
    }
    found = overlay(stack_of(mine, version="3.8"), {}, AROUND, {})
    services = found["services"]
    assert services["web"]["networks"] == {"default": None, "ecs-local-network": None}
    assert services["db"]["networks"] == {"back": None, "ecs-local-network": None}
    assert "networks" not in services["host"]
    assert found["version"] == "3.8"


def test_values_are_in_the_environment_of_docker_compose_alone() -> None:
    stack = stack_of(made())
    found = child_variables(
        stack, SEATS, {"ECSCLI_SECRET_4c9a75cc_PW": "marker"}, {"my-app": {"C": "2"}}
    )
    assert found == {
        "ECSCLI_SECRET_4c9a75cc_PW": "marker",
        "my-app_PW": "marker",  # as files of ecs-cli call it
        "ECSCLI_ENV_4c9a75cc_C": "2",
        "ECSCLI_KEY_4c9a75cc": "key-of-app",
        "ECSCLI_TOKEN_4c9a75cc": "token-of-app",
    }
    assert "marker" not in yamlio.dump(overlay(stack, SEATS, AROUND, {}))
    assert stubs(stack.secrets, {}) == {"ECSCLI_SECRET_4c9a75cc_PW": "stub-PW"}


def test_an_owner_is_the_same_again_and_another_elsewhere() -> None:
    one = stack_of(made())
    assert owner_of(one) == owner_of(stack_of(made(), version="3.8"))
    assert owner_of(one) != owner_of(Stack(FILE, "/here/t.json", "/there", (), ()))


@pytest.mark.parametrize(
    ("given", "cpu"), [("256", 256), (256, 256), ("0.25 vCPU", 256), (None, 0), ("x", 0)]
)
def test_sizes_of_tasks_in_both_forms(given: object, cpu: int) -> None:
    assert units(given) == cpu
    assert mebibytes("0.5GB") == 512


SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("/shop/pw", Reference("/shop/pw", "ssm", "", "/shop/pw")),
        (SECRET, Reference(SECRET, "secretsmanager", "eu-west-1", SECRET)),
        (
            f"{SECRET}:key:AWSPREVIOUS:v1",
            Reference(
                f"{SECRET}:key:AWSPREVIOUS:v1",
                "secretsmanager",
                "eu-west-1",
                SECRET,
                "key",
                "AWSPREVIOUS",
                "v1",
            ),
        ),
        (
            "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
            Reference(
                "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
                "ssm",
                "eu-west-1",
                "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
            ),
        ),
        ("arn:aws:s3:::bucket", None),
        (f"{SECRET}:key", None),
        ("", None),
    ],
)
def test_references_in_all_their_forms(text: str, reference: Reference | None) -> None:
    assert parse(text) == reference
