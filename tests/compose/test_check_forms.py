"""The forms of a report: what people, GitHub Actions and code scanners get of the same findings."""

import re

import pytest

from tests.conftest import Cli

COMPOSE = """\
services:
  web:
    image: nginx
    privileged: true
    mac_address: 02:42:ac:11:00:01
"""
NETWORK = """\
run_params: {network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}}
"""
#: A name and a value that would end one command and begin another
FORGED = 'services:\n  web:\n    image: "a\\n::error file=x::forged\\r##[error]b%0A"\n'


@pytest.fixture
def project(cli: Cli) -> Cli:
    cli.write("compose.yml", COMPOSE)
    cli.write("ecs-params.yml", NETWORK)
    return cli


def check(cli: Cli, *arguments: str) -> list[str]:
    return cli("compose", "check", "--launch-type", "FARGATE", *arguments).out.splitlines()


def test_a_person_reads_errors_and_warnings(project: Cli) -> None:
    assert [line.split("  ")[:2] for line in check(project)] == [
        ["compose.yml:4:5", "error"],
        ["compose.yml:5:5", "warning"],
    ]
    assert "mapped  services.web.image" in check(project, "--all")[0]


def test_the_last_line_counts_the_other_keys(project: Cli) -> None:
    done = project("compose", "check", "--launch-type", "FARGATE")
    assert done.err == "FARGATE: 1 error, 1 warning; keys: 1 mapped\n"


def test_github_shows_findings_at_their_lines(project: Cli) -> None:
    error, warning = check(project, "--output", "github")
    assert error == (
        "::error title=services.web.privileged,file=compose.yml,line=4,col=5::"
        "not possible on Fargate (Fargate has no privileged containers; use launch type EC2)"
    )
    assert warning == (
        "::warning title=services.web.mac_address,file=compose.yml,line=5,col=5::"
        "not sent (the network interface has its own)"
    )
    assert check(project, "--output", "github", "--all")[0].startswith("::notice title=")


def test_no_content_forges_a_command(cli: Cli) -> None:
    cli.write("a,b::c.yml", FORGED)
    done = cli("compose", "-f", "a,b::c.yml", "check", "--output", "github")
    (line,) = done.out.splitlines()
    assert line.startswith("::error title=services.web.image,file=a%2Cb%3A%3Ac.yml,line=3,col=5::")
    assert "%0A::error file=x::forged%0D" in line
    assert "##[" not in line
    assert "%250A" in line


def test_sarif_has_a_result_for_each_finding(project: Cli) -> None:
    done = project("compose", "check", "--launch-type", "FARGATE", "--output", "sarif")
    assert done.code == 2
    log = done.json
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    assert run["results"][0] == {
        "ruleId": "error",
        "level": "error",
        "message": {
            "text": "services.web.privileged: not possible on Fargate (Fargate has no privileged"
            " containers; use launch type EC2)"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "compose.yml"},
                    "region": {"startLine": 4, "startColumn": 5},
                },
                "logicalLocations": [{"fullyQualifiedName": "services.web.privileged"}],
            }
        ],
    }
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


@pytest.mark.parametrize("more", [(), ("--all",)])
def test_sarif_is_of_the_structure_of_its_standard(cli: Cli, more: tuple[str, ...]) -> None:
    """The required properties and value ranges of SARIF 2.1.0, sections 3.13 to 3.30."""
    cli.write("ä b.yml", COMPOSE)
    arguments = ("--launch-type", "FARGATE", "--output", "sarif", *more)
    log = cli("compose", "-f", "ä b.yml", "check", *arguments).json
    assert set(log) == {"$schema", "version", "runs"}
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert driver["name"] == "ecscli"
    assert driver["version"]
    rules = {rule["id"]: rule for rule in driver["rules"]}
    for rule in rules.values():
        assert rule["shortDescription"]["text"]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert run["results"]
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        for location in result.get("locations", ()):
            assert set(location) <= {"physicalLocation", "logicalLocations"}
            assert location
            physical = location.get("physicalLocation")
            if physical:
                assert re.fullmatch(r"[\w%./~-]+", physical["artifactLocation"]["uri"], re.A)
                assert physical["region"]["startLine"] >= 1
                assert physical["region"]["startColumn"] >= 1
