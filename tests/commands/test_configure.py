"""The story of the stored configuration, told as ecs-cli told it: files, defaults, an old file
taken over."""

import stat
from pathlib import Path

import pytest

from tests.conftest import Cli

INI = """\
[ecs]
cluster = inicluster
aws_profile = work
region = us-east-1
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI&"example+SecretKey
compose-project-name-prefix = ecscompose-
compose-service-name-prefix = ecscompose-service-
cfn-stack-name-prefix = team-
"""
CONFIG = """\
version: v1
default: demo2
clusters:
  default:
    cluster: demo
    region: us-east-1
    default_launch_type: ""
  demo:
    cluster: demo
    region: us-east-1
    default_launch_type: EC2
  demo2:
    cluster: demo2
    region: eu-west-1
    compose-service-name-prefix: sp-
    cfn-stack-name: mystack
    default_launch_type: FARGATE
"""
CREDENTIALS = """\
version: v1
default: p1
ecs_profiles:
  default:
    aws_access_key_id: AK
    aws_secret_access_key: test
  p1:
    aws_access_key_id: AK
    aws_secret_access_key: SK
  p2:
    aws_access_key_id: AK
    aws_secret_access_key: SK
    aws_session_token: ST
"""


@pytest.fixture
def ecs(cli: Cli) -> Path:
    return Path(cli.environment["HOME"]) / ".ecs"


def test_the_files_come_out_as_the_original_writes_them(cli: Cli, ecs: Path) -> None:
    saved = cli("configure", "--cluster", "demo", "--region", "us-east-1")
    assert (saved.code, saved.out, saved.err) == (
        0,
        "",
        "Saved ECS CLI cluster configuration default.\n",
    )
    cli(
        "configure",
        "-c",
        "demo",
        "-r",
        "us-east-1",
        "-default-launch-type",
        "ec2",
        "--config-name=demo",
    )
    more = (
        "--cfn-stack-name",
        "mystack",
        "--compose-service-name-prefix",
        "sp-",
        "--config-name",
        "demo2",
    )
    cli(
        "configure",
        "--default-launch-type",
        "FARGATE",
        *more,
        ECS_CLUSTER="demo2",
        AWS_REGION="eu-west-1",
    )
    assert (
        cli(
            "configure",
            "profile",
            "--access-key",
            "AK",
            "--secret-key",
            "SK",
            "--profile-name",
            "p1",
        ).code
        == 0
    )
    cli("configure", "profile", "--access-key", "AK", AWS_SECRET_ACCESS_KEY="test")
    keys = ("--access-key", "AK", "--secret-key", "SK", "--session-token", "ST")
    cli("configure", "profile", *keys, "--profile-name", "p2")
    assert cli("configure", "profile", "default", "--profile-name", "p1").code == 0
    assert cli("configure", "default", "--config-name", "demo2").code == 0
    assert (ecs / "config").read_text() == CONFIG
    assert (ecs / "credentials").read_text() == CREDENTIALS
    assert {stat.S_IMODE((ecs / name).stat().st_mode) for name in ("config", "credentials")} == {
        0o600
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("configure",),
            [
                "--region can not be empty",
                "--cluster can not be empty",
                "AWS_REGION",
                "ECS_CLUSTER",
            ],
        ),
        (
            ("configure", "--cluster", "c", "--region", "r", "--config-name", ""),
            ["--config-name can not be empty"],
        ),
        (("configure", "profile", "--access-key", "AK"), ["--secret-key can not be empty"]),
        (("configure", "default"), ["--config-name can not be empty"]),
        (
            ("configure", "default", "--config-name", "gone"),
            ['no cluster configuration "gone"', ".ecs/config"],
        ),
        (("configure", "profile", "default", "--profile-name", "gone"), ['no ECS profile "gone"']),
        (
            ("configure", "-c", "c", "-r", "r", "--default-launch-type", "LAMBDA"),
            ['--default-launch-type cannot be "LAMBDA"'],
        ),
        (("configure", "migrate"), ["no file to migrate"]),
        (("configure", "migrat"), ["migrate"]),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_written(
    cli: Cli, ecs: Path, arguments: tuple[str, ...], told: list[str]
) -> None:
    result = cli(*arguments)
    assert result.code != 0
    assert result.out == ""
    assert all(words in result.err for words in told)
    assert not ecs.exists()


def test_a_file_that_is_no_yaml_is_not_overwritten(cli: Cli, ecs: Path) -> None:
    ecs.mkdir()
    (ecs / "config").write_text("a: [b\n")
    result = cli("configure", "--cluster", "demo", "--region", "us-east-1")
    assert result.code == 2
    assert "config:2:1" in result.err
    assert (ecs / "config").read_text() == "a: [b\n"


def test_an_old_file_under_a_new_configuration_is_kept(cli: Cli, ecs: Path) -> None:
    ecs.mkdir()
    (ecs / "config").write_text(INI)
    result = cli("configure", "--cluster", "demo", "--region", "us-east-1")
    assert (ecs / "config.old").read_text() == INI
    assert "config.old" in result.err


def test_migrating_shows_what_will_be_without_secrets_and_asks(cli: Cli, ecs: Path) -> None:
    ecs.mkdir()
    (ecs / "config").write_text(INI)
    refused = cli("configure", "migrate", stdin="n\n")
    assert refused.code == 0
    assert "Aborting Migration." in refused.err
    assert (ecs / "config").read_text() == INI
    assert "SecretKey" not in refused.err
    assert "cfn-stack-name: team-inicluster" in refused.err
    assert "ecs_profiles:" in refused.err, "the keys that are written, not others"
    assert cli("configure", "migrate").code == 0, "no answer is a no"
    assert (ecs / "config").read_text() == INI

    done = cli("configure", "migrate", stdin="y\n")
    assert done.code == 0
    assert "work" in done.err, "the AWS profile that is no longer stored is named"
    assert (
        (ecs / "config").read_text()
        == 'version: v1\ndefault: default\nclusters:\n  default:\n    cluster: inicluster\n    region: us-east-1\n    compose-service-name-prefix: ecscompose-service-\n    cfn-stack-name: team-inicluster\n    default_launch_type: ""\n'
    )
    assert (
        'aws_secret_access_key: wJalrXUtnFEMI&"example+SecretKey\n'
        in (ecs / "credentials").read_text()
    )
    again = cli("configure", "migrate")
    assert (again.code, "No need to migrate" in again.err) == (0, True)


def test_migrating_with_force_asks_nothing_and_keeps_newer_keys(cli: Cli, ecs: Path) -> None:
    ecs.mkdir()
    (ecs / "config").write_text(INI)
    cli("configure", "profile", "--access-key", "NEW", "--secret-key", "NEW")
    result = cli("configure", "migrate", "--force")
    assert result.code == 0
    assert "NEW" in (ecs / "credentials").read_text()
    assert "AKIA" not in (ecs / "credentials").read_text()
    assert "default: default" in (ecs / "config").read_text()


def test_show_names_the_source_of_each_value_and_hides_secrets(cli: Cli) -> None:
    cli("configure", "--cluster", "demo", "--region", "us-east-1")
    cli(
        "configure",
        "profile",
        "--access-key",
        "AKIAIOSFODNN7EXAMPLE",
        "--secret-key",
        "hunter2hunter2",
    )
    shown = cli(
        "configure", "show", "--output", "json", "--launch-type", "fargate", ECS_CLUSTER="other"
    )
    assert shown.code == 0
    assert shown.json["cluster"] == {"value": "other", "source": "ECS_CLUSTER"}
    assert shown.json["launchType"] == {"value": "FARGATE", "source": "--launch-type"}
    assert shown.json["region"]["source"].endswith("cluster configuration default")
    assert shown.json["accessKey"]["value"] == "AKIA********LE"
    table = cli("configure", "show")
    assert "hunter2" not in table.out + table.err + shown.out + shown.err
    assert table.out.splitlines()[0].split() == ["SETTING", "VALUE", "SOURCE"]


def test_a_stored_stack_that_is_not_used_is_told(cli: Cli) -> None:
    cli("configure", "--cluster", "demo", "--region", "us-east-1", "--cfn-stack-name", "mine")
    other = cli("configure", "show", "--cluster", "other", "--output", "json")
    assert other.json["stackName"]["value"] == "amazon-ecs-cli-setup-other"
    assert other.err.count("the stack mine of") == 1
    assert "the stack mine" not in cli("configure", "show").err


def test_show_without_credentials_says_so_and_with_keys_says_how(cli: Cli) -> None:
    assert "no AWS credentials were found" in cli("configure", "show").out
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "S"}
    assert (
        cli("configure", "show", "--output", "json", **keys).json["credentials"]["value"] == "env"
    )


def test_the_configuration_of_the_sandbox_is_no_other_s(cli: Cli, ecs: Path) -> None:
    result = cli("--sandbox", "configure", "--cluster", "demo", "--region", "us-east-1")
    assert result.code == 0
    assert [str(path.relative_to(ecs)) for path in ecs.rglob("c*") if path.is_file()] == [
        "sandbox/config"
    ]
    assert cli("configure", "show", "--output", "json").json["cluster"]["value"] is None


def test_a_second_configuration_is_not_the_default_and_says_so(cli: Cli) -> None:
    first = cli("configure", "--cluster", "prod", "--region", "eu-west-1")
    assert "warning" not in first.err
    second = cli("configure", "--cluster", "demo", "--region", "us-east-1", "--config-name", "demo")
    assert 'warning: the default is still "default"' in second.err
    assert "`ecscli configure default --config-name demo` makes it the default" in second.err
    assert cli("configure", "default", "--config-name", "demo").code == 0
    again = cli("configure", "--cluster", "demo", "--region", "us-east-1", "--config-name", "demo")
    assert "warning" not in again.err


def test_what_is_stored_is_listed(cli: Cli, ecs: Path) -> None:
    assert "Nothing is stored" in cli("configure", "list").err
    ecs.mkdir()
    (ecs / "config").write_text(CONFIG)
    (ecs / "credentials").write_text(CREDENTIALS)
    listed = cli("configure", "list")
    assert "demo2                  yes      demo2    eu-west-1  FARGATE      mystack" in listed.out
    assert "SK" not in listed.out
    found = cli("configure", "list", "--output", "json").json
    assert [one["name"] for one in found["clusters"]] == ["default", "demo", "demo2"]
    assert [one["name"] for one in found["profiles"] if one["default"]] == ["p1"]
    (ecs / "config").write_text(INI)
    assert "inicluster" in cli("configure", "list").out
