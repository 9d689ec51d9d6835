"""Credentials of private registries: from a file into secrets, a role and the file that compose
finds, and no leak."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.registry.credentials.input_file import parse_input_file
from ecscli.registry.credentials.output_file import file_name
from ecscli.registry.credentials.roles import merged
from ecscli.registry.credentials.secrets import Secret
from tests.conftest import Cli

SIMPLE = """\
version: "1"
registry_credentials:
  registry.example.com:
    username: me
    password: p"w\\d
    container_names:
      - web
"""
SECRET = "hunter2-hunter2"
ELSEWHERE = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"
KEY_HERE = "arn:aws:kms:us-east-1:123456789012:key/1"


def secret_value(account: Aws, name: str) -> Any:
    return json.loads(
        account.call("secretsmanager", "get_secret_value", SecretId=name)["SecretString"]
    )


def attached(account: Aws, role: str) -> list[str]:
    found = account.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role)
    return sorted(item["PolicyName"] for item in found)


def document(account: Aws, role: str) -> Any:
    arn = f"arn:aws:iam::{account.account()}:policy/amazon-ecs-cli-setup-{role}-policy"
    version = account.call("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return account.call("iam", "get_policy_version", PolicyArn=arn, VersionId=version)[
        "PolicyVersion"
    ]["Document"]


def test_from_a_file_to_a_secret_a_role_and_the_output_file(sandbox: Cli, account: Aws) -> None:
    sandbox.write("creds.yml", SIMPLE)
    result = sandbox("registry-creds", "up", "creds.yml", "--role-name", "exec", "--tags", "a=b")
    assert result.code == 0, result.err
    name = "amazon-ecs-cli-setup-registry.example.com"
    assert secret_value(account, name) == {
        "username": "me",
        "password": 'p"w\\d',
    }, "JSON that is escaped rightly"
    secret = account.call("secretsmanager", "describe_secret", SecretId=name)
    assert secret["Tags"] == [{"Key": "a", "Value": "b"}]
    assert attached(account, "exec") == [
        "AmazonECSTaskExecutionRolePolicy",
        "amazon-ecs-cli-setup-exec-policy",
    ]
    assert document(account, "exec")["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": [secret["ARN"]],
        }
    ]
    output = sandbox.directory / result.out.strip()
    assert output.name.startswith("ecs-registry-creds_")
    assert output.read_text() == (
        'version: "1"\nregistry_credential_outputs:\n  task_execution_role: exec\n '
        " container_credentials:\n"
        f"    registry.example.com:\n      credentials_parameter: {secret['ARN']}\n"
        "      container_names:\n      - web\n"
    )
    assert 'p"w' not in result.err + result.out + output.read_text()

    sandbox.write(
        "compose.yml", "services:\n  web: {image: registry.example.com/web, mem_limit: 64m}\n"
    )
    rendered = sandbox("compose", "render")
    assert rendered.code == 0, rendered.err
    assert secret["ARN"] in rendered.out, "compose finds the file by itself"


def test_running_it_again_changes_nothing_or_what_was_asked(sandbox: Cli, account: Aws) -> None:
    sandbox.write("creds.yml", SIMPLE)
    up = ("registry-creds", "up", "creds.yml", "--role-name", "exec", "--no-output-file")
    sandbox(*up)
    before = document(account, "exec")
    sandbox.write("creds.yml", SIMPLE.replace(": me", ": you"))
    again = sandbox(*up)
    assert again.code == 0
    assert "--update-existing-secrets" in again.err
    name = "amazon-ecs-cli-setup-registry.example.com"
    assert secret_value(account, name)["username"] == "me"
    assert sandbox(*up, "--update-existing-secrets").code == 0
    assert secret_value(account, name)["username"] == "you"
    assert document(account, "exec") == before

    for number in range(6):  # more runs than a policy may have versions
        sandbox.write(
            "creds.yml", SIMPLE.replace("registry.example.com", f"r{number}.example.com:5000")
        )
        assert sandbox(*up).code == 0
    assert len(document(account, "exec")["Statement"]) == 7, "what earlier runs were given stays"
    assert len(attached(account, "exec")) == 2
    assert list(sandbox.directory.glob("ecs-registry-creds_*")) == []


def test_the_output_file_replaces_no_file_by_a_link(sandbox: Cli) -> None:
    sandbox.write("creds.yml", SIMPLE)
    other, now = sandbox.write("other", "precious"), datetime.now(UTC)
    for second in range(600):  # a stranger's project can have a link for every name
        link = sandbox.directory / file_name(now + timedelta(seconds=second))
        link.symlink_to(other)
    done = sandbox("registry-creds", "up", "creds.yml", "--no-role")
    assert done.code == 1
    assert "the file cannot be written" in done.err
    assert other.read_text() == "precious"


def test_variables_keys_and_existing_secrets(sandbox: Cli, account: Aws) -> None:
    key = account.call("kms", "create_key")["KeyMetadata"]
    account.call("kms", "create_alias", AliasName="alias/mine", TargetKeyId=key["KeyId"])
    arn = account.call("secretsmanager", "create_secret", Name="other", SecretString="{}")["ARN"]
    sandbox.write(
        "creds.yml",
        "registry_credentials:\n  one: {username: '${REG_USER}', password: '${REG_PASS}',"
        f" kms_key_id: alias/mine, container_names: [web]}}\n  two: {{secrets_manager_arn: '{arn}',"
        " container_names: [db]}\n",
    )
    up = (
        "registry-creds",
        "-r",
        "us-east-1",
        "up",
        "creds.yml",
        "--role-name",
        "exec",
        "--output-dir",
        ".",
    )
    result = sandbox(*up, REG_USER="u", REG_PASS=SECRET)
    assert result.code == 0, result.err
    assert secret_value(account, "amazon-ecs-cli-setup-one")["password"] == SECRET
    assert SECRET not in result.err + result.out
    assert document(account, "exec")["Statement"][0]["Action"] == [
        "kms:Decrypt",
        "secretsmanager:GetSecretValue",
    ]
    assert f"kms_key_id: {key['Arn']}" in (sandbox.directory / result.out.strip()).read_text()
    assert sandbox(*up[:5], "--no-role", REG_USER="u", REG_PASS="p").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Exactly 1 credential file is required. Found: 0"),
        (("a.yml", "b.yml", "--no-role"), "Found: 2"),
        (("creds.yml",), "either --role-name or --no-role"),
        (("creds.yml", "--role-name", "r", "--no-role"), "either --role-name or --no-role"),
        (("creds.yml", "--no-role", "--output-dir", ".", "--no-output-file"), "not both"),
        (("creds.yml", "--no-role", "--output-dir", "gone"), "no such directory"),
        (("gone.yml", "--no-role"), "cannot be read"),
        (("creds.yml", "--no-role", "--tags", "a"), "name=value"),
    ],
)
def test_bad_options_are_told_before_anything_is_made(
    sandbox: Cli, account: Aws, arguments: tuple[str, ...], told: str
) -> None:
    sandbox.write("creds.yml", SIMPLE)
    result = sandbox("registry-creds", "up", *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert list(account.pages("secretsmanager", "list_secrets", "SecretList")) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "no registry in this file"),
        ("registry_credentials: []", "no registry in this file"),
        (
            "registry_credentials:\n  r: {username: u}",
            "creds.yml:2:3: r: neither an existing secret",
        ),
        ("registry_credentials:\n  r: text", "a mapping is expected"),
        (
            f"registry_credentials:\n  r: {{username: u, pasword: {SECRET}}}",
            'unknown key\n  hint: did you mean "password"?',
        ),
        (
            f"registry_credentials:\n  r: {{username: u, {SECRET}: p}}",
            "creds.yml:2:20: r: unknown key",
        ),
        *(
            (
                f"registry_credentials:\n  r:\n    password: {mark}{SECRET}",
                "creds.yml:3:15: not valid YAML",
            )
            for mark in "*!@%"
        ),
        (
            f"registry_credentials:\n  r: {{username: u, password: [{SECRET}]}}",
            "creds.yml:2:30: r.password: a text",
        ),
        (
            "registry_credentials:\n  r: {secrets_manager_arn: arn-of-mine}",
            "not the ARN of a secret",
        ),
        (
            (
                f"registry_credentials:\n  r: {{secrets_manager_arn: '{ELSEWHERE}', kms_key_id:"
                f" '{KEY_HERE}'}}"
            ),
            "the secret is in eu-west-1 and its key in us-east-1",
        ),
        (
            "registry_credentials:\n  r: {username: u, password: p, container_names: [a, a]}",
            'container "a" belongs to r already',
        ),
        (
            "registry_credentials:\n  r: {username: u, password: '${NOPE}'}",
            "the variable NOPE is not set",
        ),
        (
            f"registry_credentials:\n  r: {{username: u, password: '${{{SECRET}:?}}'}}",
            "creds.yml:2:30: what ${...} holds here is not a variable's name",
        ),
        (
            "registry_credentials:\n  r: {username: u, password: p, container_names: web}",
            "a list of names",
        ),
        (f"registry_credentials:\n  r: {{password: {SECRET}\n  x: [", "not valid YAML"),
        (
            "registry_credentials:\n"
            + "".join(f"  r{n}: {{username: u, password: p}}\n" for n in range(11)),
            "at most 10",
        ),
    ],
)
def test_a_malformed_file_is_told_with_its_place_and_without_its_secrets(
    body: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse_input_file(body, "creds.yml", {})
    text = "\n".join(caught.value.lines())
    assert told in text
    assert SECRET not in text


def test_what_does_not_exist_is_told(sandbox: Cli, account: Aws) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbCdEf"
    new = "  n: {username: u, password: p}\n"
    sandbox.write(
        "creds.yml", f"registry_credentials:\n{new}  r: {{secrets_manager_arn: '{arn}'}}\n"
    )
    gone = sandbox("registry-creds", "up", "creds.yml", "--no-role")
    assert gone.code == 2
    assert f'there is no secret "{arn}"' in gone.err
    assert list(account.pages("secretsmanager", "list_secrets", "SecretList")) == [], (
        "and nothing was made before it"
    )
    sandbox.write(
        "creds.yml",
        "registry_credentials:\n  r: {username: u, password: p, kms_key_id: alias/gone}\n",
    )
    key = sandbox("registry-creds", "up", "creds.yml", "--no-role")
    assert key.code == 2
    assert 'no KMS key "alias/gone"' in key.err


def test_only_whole_values_are_variables() -> None:
    body = (
        "registry_credentials:\n  r: {username: $USER, password: 'a${B}', container_names: [w]}\n"
    )
    entries, doubts = parse_input_file(body, "f", {"USER": "x", "B": "y"})
    assert (entries[0].username, entries[0].password, doubts) == ("$USER", "a${B}", ())
    whole, _ = parse_input_file(
        "registry_credentials:\n  r: {username: 007, password: '${A}-${B}'}\n",
        "f",
        {"A": "1", "B": "2"},
    )
    assert (whole[0].username, whole[0].password) == ("007", "1-2")
    assert "1-2" not in repr(whole)


def test_a_policy_keeps_foreign_statements_and_replaces_its_own() -> None:
    before = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    one = merged(before, [Secret("r", "arn:aws:secretsmanager:x", "", ())])
    two = merged(one, [Secret("r", "arn:aws:secretsmanager:x", "arn:key", ())])
    assert [statement["Action"] for statement in two["Statement"]] == [
        "s3:*",
        ["kms:Decrypt", "secretsmanager:GetSecretValue"],
    ]


@pytest.mark.parametrize(
    ("mode", "password", "warned"),
    [
        (0o644, "hunter2", True),
        (0o640, "'hunter2'", True),
        (0o600, "hunter2", False),
        (0o644, "${PASSWORD}", False),
    ],
)
def test_passwords_that_others_can_read_are_a_warning(
    sandbox: Cli, account: Aws, mode: int, password: str, warned: bool
) -> None:
    text = SIMPLE.replace(
        next(line for line in SIMPLE.splitlines() if "password:" in line).strip(),
        f"password: {password}",
    )
    sandbox.write("creds.yml", text).chmod(mode)
    done = sandbox("registry-creds", "up", "creds.yml", "--no-role", PASSWORD="hunter2")
    assert done.code == 0, done.err
    assert ("others on this machine can read it" in done.err) is warned
    assert "hunter2" not in done.err
    output = sandbox.directory / done.out.strip()
    assert output.stat().st_mode & 0o777 == 0o600


def test_a_credential_of_the_environment_is_not_put_into_a_secret() -> None:
    body = (
        "registry_credentials:\n"
        "  r: {username: u, password: '${AWS_SECRET_ACCESS_KEY}', container_names: [w]}\n"
    )
    with pytest.raises(InputError, match="AWS_SECRET_ACCESS_KEY is a credential") as refused:
        parse_input_file(body, "f", {"AWS_SECRET_ACCESS_KEY": "the-key"})
    assert str(refused.value.where) == "f:2:30"
    assert "the-key" not in "\n".join(refused.value.lines())
