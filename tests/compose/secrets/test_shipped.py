"""Secrets with a file or a variable: refused until the user agrees to their creation, then named,
checked and referred to without their values."""

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from ecscli.base.errors import InputError
from ecscli.base.system.files import Confinement
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import parse_params
from ecscli.compose.params.secret_settings import SecretSettings
from ecscli.compose.project.model import FileSource
from ecscli.compose.secrets.shipped import ShipSettings, stored_name
from ecscli.compose.secrets.values import Hidden
from ecscli.compose.task.definition import TaskDefinition, TaskSettings
from ecscli.compose.verdict import build_task_definition

MARKER = "marker-of-a-password-4711"
COMPOSE = (
    "services: {{web: {{image: nginx, mem_limit: 64m, secrets: [{grant}]}}}}\nsecrets: {{{top}}}\n"
)
AGREED = "task_definition: {task_execution_role: exec}\nsecrets: {ship: true}\n"


def built(
    folder: Path,
    grant: str = "token",
    top: str = "token: {file: token.txt}",
    params: str = AGREED,
    **environment: str,
) -> TaskDefinition:
    (folder / "compose.yml").write_text(COMPOSE.format(grant=grant, top=top))
    if not (folder / "token.txt").exists():
        (folder / "token.txt").write_text(MARKER)
    project = load_project(LoadOptions(str(folder), environment, project_name="shop"))
    settings = TaskSettings(region="eu-west-1", ship=ShipSettings(account="123456789012"))
    found = parse_params(params, "ecs-params.yml", {})
    return build_task_definition(project, found, settings)


def refusal(folder: Path, **given: Any) -> str:
    with pytest.raises(InputError) as raised:
        built(folder, **given)
    assert MARKER not in str(raised.value.findings)
    return "\n".join(line for finding in raised.value.findings for line in finding.lines())


def references(definition: TaskDefinition) -> dict[str, str]:
    found = definition.request["containerDefinitions"]
    return {
        one["name"]: one["valueFrom"] for container in found for one in container.get("secrets", ())
    }


def test_a_secret_that_is_here_is_refused_with_the_flag_that_creates_it(tmp_path: Path) -> None:
    text = refusal(tmp_path, params="task_definition: {task_execution_role: exec}")
    assert text.startswith('compose.yml:1:58: services.web.secrets: "token" is a value of this')
    assert "--ship-secrets" in text


def test_it_arrives_as_a_file_of_docker_s_place_named_by_an_arn_without_an_end(
    tmp_path: Path,
) -> None:
    definition = built(tmp_path)
    assert references(definition) == {
        "FILE_0": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/token"
    }
    web, writer = definition.request["containerDefinitions"]
    assert web["mountPoints"][0]["containerPath"] == "/run/secrets"
    assert writer["command"][-1].splitlines()[1:] == [
        'printf %s "$FILE_0" > /files-web-0/token',
        "chmod 0444 /files-web-0/token",
    ]
    assert MARKER not in json.dumps(definition.request)


def test_a_target_in_capitals_makes_it_a_variable(tmp_path: Path) -> None:
    definition = built(tmp_path, grant="{source: token, target: DB_TOKEN}")
    assert list(references(definition)) == ["DB_TOKEN"]
    assert len(definition.request["containerDefinitions"]) == 1


def test_target_mode_and_owner_are_honoured(tmp_path: Path) -> None:
    grant = "{source: token, target: /secrets/t, mode: 0400, uid: '1000', gid: '1001'}"
    definition = built(tmp_path, grant=grant)
    script = definition.request["containerDefinitions"][1]["command"][-1]
    assert "chown 1000:1001 /files-web-0/t" in script
    assert "chmod 0400 /files-web-0/t" in script


@pytest.mark.parametrize("target", ["/etc/nginx/token", "/etc/token", "/usr/lib/app/token"])
def test_a_target_that_would_hide_files_of_the_image_is_refused(
    tmp_path: Path, target: str
) -> None:
    text = refusal(tmp_path, grant=f"{{source: token, target: {target}}}")
    assert f"the file {target} would hide what the image has" in text
    assert "leave target out: it is then /run/secrets/token" in text


def test_keys_of_a_json_value_arrive_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text(json.dumps({"user": "u", "password": MARKER}))
    top = "token: {file: token.txt, x-ecs: {keys: [user, password]}}"
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/token"
    files = built(tmp_path, top=top)
    assert references(files) == {"FILE_0": f"{arn}:user::", "FILE_1": f"{arn}:password::"}
    assert "/files-web-0/user" in files.request["containerDefinitions"][1]["command"][-1]
    variables = built(tmp_path, grant="{source: token, target: DB}", top=top)
    assert list(references(variables)) == ["DB_USER", "DB_PASSWORD"]
    text = refusal(tmp_path, top="token: {file: token.txt, x-aws-keys: [user, name]}")
    assert "its value lacks name" in text


def test_keys_choose_parts_of_an_external_secret_too(tmp_path: Path) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
    top = f"token: {{external: true, name: '{arn}', x-aws-keys: [user]}}"
    assert references(built(tmp_path, top=top)) == {"TOKEN_USER": f"{arn}:user::"}


def test_a_volume_is_not_mounted_inside_of_another_one(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text(json.dumps({"user": "u"}))
    top = "token: {file: token.txt, x-ecs: {keys: [user]}}, plain: {environment: P}"
    definition = built(tmp_path, grant="token, plain", top=top, P="x")
    web, writer = definition.request["containerDefinitions"]
    assert [mount["containerPath"] for mount in web["mountPoints"]] == ["/run/secrets"]
    assert "mkdir -p /files-web-0/token" in writer["command"][-1]


def test_ssm_has_names_with_a_slash_in_front(tmp_path: Path) -> None:
    assert references(built(tmp_path, params=AGREED.replace("true", "true, store: ssm"))) == {
        "FILE_0": "/shop/token"
    }


@pytest.mark.parametrize(
    ("source", "settings", "name"),
    [
        (FileSource("db"), SecretSettings(), "shop/db"),
        (FileSource("app-secret"), SecretSettings(), "shop/app-secret_"),
        (FileSource("a-b-cdef"), SecretSettings(prefix=""), "a-b-cdef_"),
        (FileSource("db", real_name="mine"), SecretSettings(), "mine"),
        (FileSource("app-secret"), SecretSettings(store="ssm"), "/shop/app-secret"),
        (FileSource("db"), SecretSettings(prefix="x-{project}-"), "x-shop-db"),
    ],
)
def test_the_name_in_the_store(source: FileSource, settings: SecretSettings, name: str) -> None:
    assert stored_name("shop", source, settings) == name


@pytest.mark.parametrize(
    ("name", "store", "message"),
    [
        ("a" * 513, "secretsmanager", "more than 512 characters"),
        ("a b", "secretsmanager", "does not take in a name"),
        ("a@b", "ssm", "does not take in a name"),
        ("aws/x", "ssm", "AWS's own parameters"),
    ],
)
def test_a_name_that_the_store_does_not_take(name: str, store: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stored_name("shop", FileSource("t", real_name=name), SecretSettings(store=store))


@pytest.mark.parametrize(
    ("content", "top", "message"),
    [
        (b"", "token: {file: token.txt}", "./token.txt is empty"),
        (b"\xff\xfe" + MARKER.encode(), "token: {file: token.txt}", "is not text in UTF-8"),
        (b"a\0b", "token: {file: token.txt}", "has a NUL byte"),
        (b"x" * 70_000, "token: {file: token.txt}", "has more than 65536 bytes"),
        (b"x" * 8193, "token: {file: token.txt, x-ecs: {store: ssm}}", "more than 8192 bytes"),
        (b"x", "token: {file: none.txt}", "the file ./none.txt does not exist"),
        (b"x", "token: {environment: NONE}", 'the variable "NONE" is not set'),
        (b"x", "token: {environment: AWS_SECRET_ACCESS_KEY}", "is a credential of this"),
        (b"x", "token: {environment: LONG}", "the variable LONG has 65537 bytes"),
        (b"x", "token: {file: /proc/self/environ}", "it is one of the system's own"),
        (b"[1]", "token: {file: token.txt, x-ecs: {keys: [a]}}", "is not a JSON object"),
        (b"{}", "token: {file: token.txt, x-ecs: {store: ssm, keys: [a]}}", "has no JSON keys"),
        (b"x", "token: {file: token.txt, name: 'a b'}", '"a b" has characters that the store'),
    ],
)
def test_a_value_that_cannot_be_stored(
    tmp_path: Path, content: bytes, top: str, message: str
) -> None:
    (tmp_path / "token.txt").write_bytes(content)
    variables = {"AWS_SECRET_ACCESS_KEY": MARKER, "LONG": "x" * 65537}
    text = refusal(tmp_path, top=top, **variables)
    assert text.startswith("compose.yml:2:11: secrets.token: ")
    assert message in text
    assert text.count("compose.yml:") == 1


def test_a_confined_project_ships_nothing_from_outside(tmp_path: Path) -> None:
    (tmp_path / "id_rsa").write_text(MARKER)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "compose.yml").write_text(
        COMPOSE.format(grant="token", top="token: {file: ../id_rsa}")
    )
    options = LoadOptions(str(folder), {}, project_name="shop", confined=True)
    project = load_project(options)
    assert project.within != Confinement()
    with pytest.raises(InputError, match="lies outside of the project"):
        build_task_definition(project, parse_params(AGREED, "p", {}), TaskSettings())


def test_two_secrets_cannot_have_one_name(tmp_path: Path) -> None:
    top = "token: {file: token.txt}, other: {file: token.txt, name: shop/token}"
    text = refusal(tmp_path, grant="token, other", top=top)
    assert "secrets token and other would both be stored as shop/token" in text


def test_one_secret_may_be_kept_out_of_the_agreement(tmp_path: Path) -> None:
    top = "token: {file: token.txt, x-ecs: {ship: false}}"
    assert "is a value of this machine" in refusal(tmp_path, top=top)


def test_a_hidden_text_stays_hidden() -> None:
    hidden = Hidden(MARKER)
    assert MARKER not in f"{hidden} {hidden!r} {[hidden]}"
    for leak in (hash, pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            leak(hidden)
    with pytest.raises(TypeError):
        json.dumps(hidden)


def test_the_definition_does_not_depend_on_the_value(tmp_path: Path) -> None:
    before = built(tmp_path).request
    (tmp_path / "token.txt").write_text("another value")
    assert built(tmp_path).request == before
