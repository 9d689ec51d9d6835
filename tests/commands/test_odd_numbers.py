"""Numbers that no option means: refused before anything is called or started."""

import pytest

from tests.conftest import Cli


@pytest.mark.parametrize("pace", ["nan", "inf", "-1"])
def test_a_sandbox_has_a_finite_pace(cli: Cli, pace: str) -> None:
    refused = cli("sandbox", "start", f"--pace={pace}")
    assert refused.code == 2
    assert "--pace" in refused.err
    assert "No sandbox runs" in cli("sandbox", "status").out


def test_a_count_that_the_api_cannot_take_is_refused(cli: Cli) -> None:
    refused = cli("compose", "service", "up", "--desired-count", "2147483648")
    assert refused.code == 2
    assert "--desired-count" in refused.err


TOO_MANY = "2147483648"


@pytest.mark.parametrize(
    "words",
    [
        ("compose", "scale", TOO_MANY),
        ("compose", "service", "scale", TOO_MANY),
        ("scale", "--capability-iam", "--size", TOO_MANY),
        ("scale", "--capability-iam", "--min", "0", "--max", TOO_MANY),
        ("up", "--capability-iam", "--size", TOO_MANY),
        ("render", "--capability-iam", "--size", "9" * 400),
    ],
    ids=" ".join,
)
def test_nobody_scales_beyond_what_aws_can_count(cli: Cli, words: tuple[str, ...]) -> None:
    cli.write("compose.yml", "services: {web: {image: nginx, mem_limit: 64m}}\n")
    refused = cli(*words, "--cluster", "demo", "--region", "us-east-1")
    assert refused.code == 2, refused.err
    assert len(refused.err) < 1000


def test_a_cluster_file_counts_no_further_either(cli: Cli) -> None:
    cli.write("ecs-cluster.yml", f"cluster: demo\ncapacity:\n  size: {TOO_MANY}\n")
    refused = cli("render", "--capability-iam", "--region", "us-east-1")
    assert refused.code == 2
    assert "ecs-cluster.yml:3:3: capacity.size: must be at most 2147483647" in refused.err


@pytest.mark.parametrize("minutes", ["nan", "inf", "-inf", "1e308", "-1"])
@pytest.mark.parametrize(
    "words",
    [
        ("up",),
        ("scale", "--size", "1"),
        ("down", "--force"),
        ("compose", "up"),
        ("compose", "run"),
        ("compose", "service", "up"),
        ("compose", "service", "wait"),
    ],
    ids=" ".join,
)
def test_a_timeout_is_a_number_of_minutes(cli: Cli, words: tuple[str, ...], minutes: str) -> None:
    refused = cli(*words, "--cluster", "demo", "--region", "us-east-1", f"--timeout={minutes}")
    assert refused.code == 2
    assert "--timeout" in refused.err
