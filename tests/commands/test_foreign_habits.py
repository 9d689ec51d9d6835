"""Habits of other tools: those that have a meaning here work, the others are answered with what to
write."""

import re
from datetime import UTC, datetime

import pytest

from ecscli.commands.compose.exec import command
from ecscli.terminal.classic_log import log_line
from tests.conftest import Cli

FILES = {
    "docker-compose.yml": "services:\n  web:\n    image: nginx:1\n",
    "more.yml": (
        "services:\n  web:\n    image: nginx:${TAG}\n  debug:\n    image: busybox:1\n"
        "    profiles: [debug]\n"
    ),
    "tags.env": "TAG=9\n",
}


@pytest.fixture
def project(cli: Cli) -> Cli:
    for name, text in FILES.items():
        cli.write(name, text)
    return cli


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("compose exec -T web sh", "leave it out"),
        ("compose up --scale web=2", "`ecscli compose service scale COUNT`"),
        ("compose service up --size 2", "`ecscli scale --size N`"),
        ("compose service up --desired-cuont 2", "did you mean --desired-count?"),
        ("configure --access-key x", "it is an option of `ecscli configure profile`"),
        ("compose top", "CloudWatch"),
        ("events", "`ecscli compose why`"),
        ("open", "`ecscli compose open`"),
        ("service ls", "`ecscli compose ls`"),
        ("verify", "`ecscli compose check`"),
        ("delete", "`ecscli down`"),
        ("login", "`ecscli push`"),
    ],
)
def test_what_has_no_meaning_here_is_answered_with_what_to_write(
    cli: Cli, words: str, hint: str
) -> None:
    done = cli(*words.split())
    assert done.code == 2
    assert hint in done.err


@pytest.mark.parametrize(
    "words",
    [
        "compose render -f more.yml -p shop --env-file tags.env --profile debug",
        "compose -f more.yml render --project-name shop --env-file tags.env --profile=debug",
        "compose --profile debug -f more.yml --env-file tags.env -p other render -p shop",
    ],
)
def test_options_of_compose_may_stand_behind_its_commands(project: Cli, words: str) -> None:
    done = project(*words.split())
    assert done.code == 0, done.err
    assert done.json["family"] == "shop"
    assert [one["image"] for one in done.json["containerDefinitions"]] == ["busybox:1", "nginx:9"]


def test_an_option_of_the_command_keeps_its_meaning_behind_compose(project: Cli) -> None:
    refused = project("compose", "logs", "-f", "-p", "shop", "--cluster", "demo")
    assert "no region is set" in refused.err, "-f follows, and is no file"


def test_profile_is_one_of_compose_behind_compose_and_of_aws_elsewhere(project: Cli) -> None:
    of_compose = project("compose", "--profile", "prod", "render")
    assert of_compose.code == 2
    assert of_compose.err == (
        'error: --profile: no service has the Compose profile "prod"\n'
        "  hint: the files have no profiles; an AWS profile is chosen with --aws-profile\n"
    )
    settings = ("--cluster", "demo", "--region", "us-east-1")
    for words in (("ps", "--profile", "prod", *settings), ("--profile", "prod", "ps", *settings)):
        of_aws = project(*words)
        assert 'there is no AWS profile "prod"' in of_aws.err


def test_words_of_other_tools_that_have_a_meaning_here_work(sandbox: Cli) -> None:
    sandbox.write("docker-compose.yml", FILES["docker-compose.yml"])
    sandbox.environment |= {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1"}
    assert sandbox("up", "--empty").code == 0
    for words in (
        "deploy --no-wait",
        "status",
        "ls",
        "ps -a",
        "compose ls",
        "compose pull web",
        "compose status -a",
        "compose service status",
        "compose down -v --yes",
    ):
        done = sandbox(*words.split())
        assert done.code == 0, (words, done.err)
    assert "shop" not in sandbox("ps", "--output", "json").out


@pytest.mark.parametrize(
    ("words", "code"), [("compse", 2), ("ps", 2), ("compose render", 2), ("compose check", 2)]
)
def test_classic_exit_codes_are_one_for_every_failure(cli: Cli, words: str, code: int) -> None:
    assert cli(*words.split()).code == code
    assert cli(*words.split(), ECSCLI_EXIT_CODES="classic").code == 1


def test_an_unknown_set_of_exit_codes_is_refused(cli: Cli) -> None:
    refused = cli("ps", ECSCLI_EXIT_CODES="old")
    assert refused.code == 2
    assert "ECSCLI_EXIT_CODES" in refused.err


def test_classic_messages_are_found_on_stdout(sandbox: Cli) -> None:
    sandbox.write("docker-compose.yml", FILES["docker-compose.yml"])
    where = ("-p", "shop", "--cluster", "demo", "--region", "us-east-1")
    created = sandbox("compose", *where, "create", ECSCLI_MESSAGES="classic")
    assert created.code == 0
    found = re.search(
        r'^time="\S+" level=info msg="Using ECS task definition" TaskDefinition="shop:1"$',
        created.out,
        re.MULTILINE,
    )
    assert found, created.out
    as_data = sandbox("compose", *where, "create", "--output", "json", ECSCLI_MESSAGES="classic")
    assert as_data.json["taskDefinition"].endswith("shop:1")
    assert "TaskDefinition" not in sandbox("compose", *where, "create").out


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("shop:1", '"shop:1"'),
        (1, "1"),
        ("", ""),
        ("a/b-c.d", "a/b-c.d"),
        ('say "x"', r'"say \"x\""'),
    ],
)
def test_a_classic_line_quotes_what_ecs_cli_quoted(value: object, printed: str) -> None:
    now = datetime(2026, 11, 23, 3, 8, 1, tzinfo=UTC)
    line = log_line("info", "Created", {"b": value, "a": "x"}, now)
    assert line == f'time="2026-11-23T03:08:01Z" level=info msg="Created" a=x b={printed}'


@pytest.mark.parametrize(
    "words",
    [
        "db mysql -p secret",
        "db mysql -psecret",
        "web pytest --verbose",
        "web pytest --quiet=false",
        "web tail -f /x",
        "web app --profile x",
        "web app -d",
        "web app --rm",
        "--wait web app --env-file=x",
    ],
)
def test_options_of_a_program_are_never_taken_from_it(project: Cli, words: str) -> None:
    done = project("compose", "run", *words.split())
    assert done.code == 2
    assert "only in front of its words\n  hint: put -- in front" in done.err
    assert "secret" not in done.err


@pytest.mark.parametrize(
    "words",
    [
        "-p shop -f more.yml --profile debug --env-file tags.env -d --quiet web app --wait",
        "--quiet -p shop -- web app --verbose -p x",
        "-p shop --rm web -- app -f x --quiet=false",
    ],
)
def test_they_are_taken_in_front_of_its_words(project: Cli, words: str) -> None:
    done = project("compose", "run", *words.split())
    assert "no cluster is set" in done.err


def test_exec_hands_them_over_behind_the_service() -> None:
    words = ("mysql", "-p", "-f", "--verbose", "--rm")
    assert command.make_context("exec", ["web", *words]).params["words"] == words
