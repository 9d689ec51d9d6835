"""Which flag, variable or file wins, and that each value says where it came from."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.base.records import replace
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags, Settings

CONFIG = """\
version: v1
default: demo
clusters:
  demo:
    cluster: demo-cluster
    region: eu-west-1
    compose-service-name-prefix: sp-
    cfn-stack-name: demo-stack
    default_launch_type: FARGATE
  plain:
    cluster: 0123
    region: us-west-2
    default_launch_type: ""
"""
CREDENTIALS = """\
version: v1
default: p1
ecs_profiles:
  p1:
    aws_access_key_id: AKDEFAULT
    aws_secret_access_key: SKDEFAULT
  p2:
    aws_access_key_id: AKTWO
    aws_secret_access_key: SKTWO
    aws_session_token: STTWO
"""
INI = """\
[ecs]
cluster = inicluster
aws_profile =
region = us-east-1
aws_access_key_id = AKINI
aws_secret_access_key = SKINI/+#%"
compose-service-name-prefix =
"""
KEYS = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "SKENV"}


class Home:
    """A home directory in which files are written and settings resolved."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)

    def resolve(self, flags: Flags, variables: Mapping[str, str] | None = None) -> Settings:
        return resolve(flags, {"HOME": str(self.path), **(variables or {})})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def full(home: Home) -> Home:
    home.write(".ecs/config", CONFIG)
    home.write(".ecs/credentials", CREDENTIALS)
    home.write(
        ".aws/config",
        "[default]\nregion = ap-south-1\n[profile dev]\nregion = sa-east-1\ns3 =\n  a = b\n",
    )
    return home


@pytest.mark.parametrize(
    ("flags", "variables", "field", "value", "source"),
    [
        (Flags(), {}, "cluster", "demo-cluster", "cluster configuration demo"),
        (Flags(), {"ECS_CLUSTER": "env"}, "cluster", "env", "ECS_CLUSTER"),
        (Flags(cluster="flag"), {"ECS_CLUSTER": "env"}, "cluster", "flag", "--cluster"),
        (Flags(cluster_config="plain"), {}, "cluster", "0123", "cluster configuration plain"),
        (Flags(), {"ECS_CLUSTER": ""}, "cluster", "demo-cluster", "cluster configuration demo"),
        (Flags(), {"AWS_REGION": "us-east-2"}, "region", "eu-west-1", "cluster configuration demo"),
        (Flags(region="us-east-1"), {}, "region", "us-east-1", "--region"),
        (Flags(), {}, "launch_type", "FARGATE", "cluster configuration demo"),
        (Flags(launch_type="ec2"), {}, "launch_type", "EC2", "--launch-type"),
        (Flags(cluster_config="plain"), {}, "launch_type", None, "not set"),
        (Flags(), {}, "stack_name", "demo-stack", "cluster configuration demo"),
        (
            Flags(cluster="demo-cluster"),
            {},
            "stack_name",
            "demo-stack",
            "cluster configuration demo",
        ),
        (Flags(cluster="other"), {}, "stack_name", "amazon-ecs-cli-setup-other", "default name"),
        (
            Flags(cluster_config="plain"),
            {},
            "stack_name",
            "amazon-ecs-cli-setup-0123",
            "default name",
        ),
        (Flags(), {}, "service_prefix", "sp-", "cluster configuration demo"),
        (Flags(), {}, "project_prefix", None, "not set"),
    ],
)
def test_a_setting_comes_from_the_first_place_that_says_it(
    full: Home, flags: Flags, variables: dict[str, str], field: str, value: str | None, source: str
) -> None:
    found = getattr(full.resolve(flags, variables), field)
    assert found.value == value
    assert source in found.source


@pytest.mark.parametrize(
    ("flags", "variables", "value", "source"),
    [
        (Flags(), {"AWS_REGION": "a-1", "AWS_DEFAULT_REGION": "b-1"}, "a-1", "AWS_REGION"),
        (Flags(), {"AWS_REGION": "", "AWS_DEFAULT_REGION": "b-1"}, "b-1", "AWS_DEFAULT_REGION"),
        (Flags(), {}, "ap-south-1", "profile default"),
        (Flags(aws_profile="dev"), {}, "sa-east-1", "profile dev"),
        (Flags(), {"AWS_PROFILE": "dev"}, "sa-east-1", "profile dev"),
        (Flags(), {"AWS_DEFAULT_PROFILE": "dev"}, "sa-east-1", "profile dev"),
        (Flags(aws_profile="other"), {}, None, "not set"),
    ],
)
def test_without_a_configuration_the_region_is_that_of_the_environment_then_of_the_aws_profile(
    full: Home, flags: Flags, variables: dict[str, str], value: str | None, source: str
) -> None:
    (full.path / ".ecs/config").unlink()
    region = full.resolve(flags, variables).region
    assert region.value == value
    assert source in region.source


def test_aws_config_file_moves_the_aws_profiles(home: Home) -> None:
    home.write("elsewhere", "[profile dev]\nregion = mx-central-1\n")
    variables = {"AWS_CONFIG_FILE": str(home.path / "elsewhere"), "AWS_PROFILE": "dev"}
    assert home.resolve(Flags(), variables).region.value == "mx-central-1"


@pytest.mark.parametrize(
    ("flags", "variables", "kind", "who"),
    [
        (Flags(), {}, "static", "AKDEFAULT"),
        (Flags(), KEYS, "chain", None),
        (Flags(), {"AWS_ACCESS_KEY_ID": "half"}, "static", "AKDEFAULT"),
        (Flags(ecs_profile="p2"), KEYS, "static", "AKTWO"),
        (Flags(), {"ECS_PROFILE": "p2", **KEYS}, "static", "AKTWO"),
        (Flags(aws_profile="dev"), KEYS, "profile", "dev"),
        (Flags(), {"AWS_PROFILE": "dev", **KEYS}, "profile", "dev"),
        (Flags(), {"AWS_PROFILE": "dev", "ECS_PROFILE": "p2"}, "profile", "dev"),
        (Flags(ecs_profile="p2"), {"AWS_PROFILE": "dev"}, "static", "AKTWO"),
        (Flags(ecs_profile="p2", aws_profile="dev"), {}, "profile", "dev"),
        (
            Flags(sandbox_url="http://127.0.0.1:1", ecs_profile="p2"),
            {"AWS_PROFILE": "dev", **KEYS},
            "sandbox",
            None,
        ),
    ],
)
def test_credentials_explicit_flags_then_profiles_then_keys_then_the_stored_default(
    full: Home, flags: Flags, variables: dict[str, str], kind: str, who: str | None
) -> None:
    login = full.resolve(flags, variables).login
    assert login.kind == kind
    assert who in (login.access_key, login.profile, None)


def test_without_any_file_the_chain_of_the_sdk_decides(home: Home) -> None:
    assert home.resolve(Flags()).login.kind == "chain"
    assert resolve(Flags(), {"AWS_CONFIG_FILE": "/nowhere"}).cluster.value is None


def test_an_old_ini_file_is_read_with_its_prefixes(home: Home) -> None:
    home.write(".ecs/config", INI)
    found = home.resolve(Flags())
    assert (found.cluster.value, found.region.value) == ("inicluster", "us-east-1")
    assert found.stack_name.value == "amazon-ecs-cli-setup-inicluster"
    assert found.project_prefix.value == "ecscompose-"
    assert found.service_prefix.value is None, "present but empty stays empty"
    assert (found.login.access_key, found.login.secret_key) == ("AKINI", 'SKINI/+#%"')
    assert home.resolve(Flags(cluster="c2")).stack_name.value == "amazon-ecs-cli-setup-c2"


def test_secrets_never_show_in_a_repr(full: Home) -> None:
    assert "SKTWO" not in repr(full.resolve(Flags(ecs_profile="p2")))
    assert "STTWO" not in repr(full.resolve(Flags(ecs_profile="p2")))


@pytest.mark.parametrize(
    ("name", "text", "flags", "told"),
    [
        (".ecs/config", CONFIG, Flags(cluster_config="nope"), 'no cluster configuration "nope"'),
        (
            ".ecs/config",
            "default: gone\nclusters: {}\n",
            Flags(),
            'no cluster configuration "gone"',
        ),
        (
            ".ecs/config",
            CONFIG.replace("FARGATE", "fargat"),
            Flags(),
            '.ecs/config:9:26: "fargat" is not a launch type',
        ),
        (".ecs/config", "a: [b\n", Flags(), "not YAML"),
        (".ecs/config", "just words\n", Flags(), "a mapping is expected"),
        (".ecs/config", INI, Flags(cluster_config="x"), "ecscli configure migrate"),
        (".ecs/credentials", CREDENTIALS, Flags(ecs_profile="nope"), "name one of p1, p2"),
        (".ecs/credentials", "", Flags(ecs_profile="nope"), 'no ECS profile "nope"'),
    ],
)
def test_what_is_wrong_in_the_files_is_told_with_its_place(
    home: Home, name: str, text: str, flags: Flags, told: str
) -> None:
    home.write(name, text)
    with pytest.raises(InputError) as caught:
        home.resolve(flags)
    lines = "\n".join(caught.value.lines())
    assert told in lines
    assert str(home.path / name) in lines


def test_a_configuration_without_cluster_and_region_is_no_crash(home: Home) -> None:
    home.write(
        ".ecs/config", "version: v1\ndefault: d\nclusters:\n  d: {cluster: '', region: ''}\n"
    )
    found = home.resolve(Flags(cluster="c", region="us-east-1"))
    assert (found.need_cluster(), found.need_region()) == ("c", "us-east-1")


def test_what_is_missing_is_asked_for_by_flag_variable_and_file(home: Home) -> None:
    found = home.resolve(Flags())
    for need, words in (
        (found.need_cluster, ("--cluster", "ECS_CLUSTER", "~/.ecs/config")),
        (found.need_region, ("--region", "AWS_REGION", "~/.ecs/config", "~/.aws/config")),
    ):
        with pytest.raises(InputError) as caught:
            need()
        assert all(word in (caught.value.hint or "") for word in words)


def test_another_cluster_does_not_take_the_stack_of_the_stored_one(full: Home) -> None:
    assert not full.resolve(Flags()).notices
    assert "demo-stack" in full.resolve(Flags(cluster="other")).notices[0].message


def test_an_infra_file_stands_below_flags_and_above_the_stored_configuration(full: Home) -> None:
    file = {"cluster": "file", "region": "us-east-2", "launch_type": "EC2"}
    under = full.resolve(Flags()).under("ecs-cluster.yml", **file)
    assert (under.cluster.value, under.region.value, under.launch_type.value) == (
        "file",
        "us-east-2",
        "EC2",
    )
    assert under.stack_name.value == "amazon-ecs-cli-setup-file"
    assert under.cluster.source == "ecs-cluster.yml"
    flagged = full.resolve(Flags(cluster="flag", region="us-west-1")).under(
        "ecs-cluster.yml", **file
    )
    assert (flagged.cluster.value, flagged.region.value) == ("flag", "us-west-1")
    assert full.resolve(Flags()).under("ecs-cluster.yml").stack_name.value == "demo-stack"


@pytest.mark.parametrize(
    "flags", [Flags(ecs_profile="nosuch"), Flags(aws_profile="nosuch")], ids=["ecs", "aws"]
)
def test_the_sandbox_finds_a_misspelled_profile(full: Home, flags: Flags) -> None:
    with pytest.raises(InputError, match=r'there is no (ECS|AWS) profile "nosuch"'):
        full.resolve(replace(flags, sandbox_url="http://127.0.0.1:1"))


def test_the_sandbox_has_its_own_folder_and_reads_no_other(full: Home) -> None:
    flags = Flags(
        sandbox_url="http://127.0.0.1:1", endpoint="https://elsewhere", cluster_config=None
    )
    found = full.resolve(flags, {"AWS_PROFILE": "dev"})
    assert found.cluster.value is None
    assert (found.region.value, found.endpoint) == ("us-east-1", None)
    full.write(".ecs/sandbox/config", CONFIG.replace("demo-cluster", "sandboxed"))
    assert full.resolve(flags).cluster.value == "sandboxed"
    assert full.resolve(Flags()).cluster.value == "demo-cluster"
