"""Names of other services that do not resolve: on bridge without a link, in awsvpc always."""

import pytest

from tests.conftest import Cli

FILE = """\
services:
  web:
    image: web
    environment: {{{environment}}}
    command: {command}
    networks: [front]
  db: {{image: postgres, networks: [back]}}
networks: {{front: {{}}, back: {{}}}}
"""


def warnings(
    cli: Cli, launch_type: str, environment: str = "", command: str = "[run]"
) -> list[str]:
    cli.write("compose.yml", FILE.format(environment=environment, command=command))
    done = cli("compose", "check", "--launch-type", launch_type)
    return [line for line in done.out.splitlines() if "does not resolve" in line]


@pytest.mark.parametrize(
    "environment",
    [
        "DB_HOST: db",
        "DATABASE_URL: 'postgres://user:pw@db/app'",
        "UPSTREAM: 'http://db:8080/'",
        "NODES: 'x:1, db:5432'",
    ],
)
def test_a_host_without_a_link_is_named_on_bridge(cli: Cli, environment: str) -> None:
    (line,) = warnings(cli, "EC2", environment)
    assert line.startswith("compose.yml:4:19  warning  services.web.environment.")
    assert line.endswith(
        ': "db" does not resolve in this container  '
        "(in network mode bridge a link makes it resolve: links: [db])"
    )


@pytest.mark.parametrize("environment", ["POSTGRES_DB: db", "IMAGE: 'db:7', NAME: xdb:5432", ""])
def test_other_words_are_left_alone(cli: Cli, environment: str) -> None:
    assert warnings(cli, "EC2", environment) == []


def test_a_command_and_a_health_check_name_hosts_too(cli: Cli) -> None:
    assert len(warnings(cli, "EC2", command="[psql, -h, db]")) == 1
    assert len(warnings(cli, "EC2", command='"wait-for db:5432"')) == 1


def test_awsvpc_shares_localhost(cli: Cli) -> None:
    (line,) = warnings(cli, "FARGATE", "DB_HOST: db")
    assert line.endswith(
        '"db" does not resolve: the containers of a task share one network  '
        "(write localhost instead of db)"
    )


def test_a_link_makes_a_name_resolve(cli: Cli) -> None:
    cli.write(
        "compose.yml",
        "services:\n  web: {image: web, environment: {DB_HOST: db}}\n  db: {image: db,"
        " environment: {CALLBACK: 'http://web:80'}}\n",
    )
    lines = [line for line in cli("compose", "check").out.splitlines() if "resolve" in line]
    assert len(lines) == 1
    assert "links form no circle" in lines[0]
