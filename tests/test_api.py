"""The keywords of the Python API: those of the requests that the commands fill, and no others."""

import re
from pathlib import Path
from typing import Any

import pytest

import ecscli
from ecscli.api import DeployKeywords, ProjectKeywords, RunKeywords
from ecscli.base.records import fields_of
from ecscli.workflows.services.request import ServicesRequest
from ecscli.workflows.switch.request import SwitchRequest
from ecscli.workflows.tasks.run import RunRequest
from tests.conftest import Cli

PAGE = Path(__file__).parent.parent / "docs" / "python-api.md"
PLACE = set(ProjectKeywords.__annotations__)
OF_THE_PROGRAM = {
    "project",
    "timeout",
    "dry_run",
    "may_build",
    "as_tasks",
    "switch",
    "agree",
    "goes_on",
}  # what the functions fill by themselves


@pytest.fixture
def project(cli: Cli) -> ecscli.Project:
    cli.write("docker-compose.yml", "services: {web: {image: nginx, mem_limit: 64m}}\n")
    return ecscli.load_project(directory=str(cli.directory), environment={})


def test_deploy_has_a_keyword_for_all_that_is_asked_of_a_service() -> None:
    keywords = set(DeployKeywords.__annotations__) - PLACE
    asked = {*fields_of(ServicesRequest), *fields_of(SwitchRequest)}
    assert keywords == asked - OF_THE_PROGRAM


def test_run_has_only_keywords_of_its_request() -> None:
    assert set(RunKeywords.__annotations__) - PLACE < set(fields_of(RunRequest))


def test_the_documentation_lists_the_keywords_of_deploy() -> None:
    rows = re.findall(r"^\| (`.*?) \| ", PAGE.read_text(), re.M)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert listed == set(DeployKeywords.__annotations__)


@pytest.mark.parametrize("function", [ecscli.deploy, ecscli.run], ids=["deploy", "run"])
def test_a_misspelt_keyword_is_a_type_error(project: ecscli.Project, function: object) -> None:
    assert callable(function)
    with pytest.raises(TypeError, match=r"'regio'.*region"):
        function(project, "demo", regio="us-east-1")


def test_the_definitions_of_layout_services_are_by_group(project: ecscli.Project) -> None:
    found = ecscli.build_task_definition(project, layout="services")
    assert {name: one["family"] for name, one in found.items()} == {"web": f"{project.name}-web"}
    alone = ecscli.build_task_definition(project, layout="task")
    assert alone["family"] == project.name


def test_a_layout_that_does_not_exist_is_refused(project: ecscli.Project) -> None:
    with pytest.raises(ecscli.InputError, match='no layout "service"'):
        ecscli.build_task_definition(project, layout="service")


def test_keywords_of_layout_task_are_refused_in_the_other_one(project: ecscli.Project) -> None:
    with pytest.raises(ecscli.InputError, match="is for layout task"):
        ecscli.deploy(project, "demo", region="us-east-1", layout="services", vpc="vpc-1")


@pytest.mark.parametrize(
    "keywords",
    [{"services": ["web"]}, {"no_deps": True}, {"adopt": True}, {"jobs": "never"}],
    ids=str,
)
def test_keywords_of_layout_services_are_refused_in_layout_task(
    project: ecscli.Project, keywords: dict[str, Any]
) -> None:
    with pytest.raises(ecscli.InputError, match="is for layout services") as error:
        ecscli.deploy(project, "demo", region="us-east-1", **keywords)
    assert [finding.where for finding in error.value.findings] == [*keywords]


def test_a_word_for_jobs_that_does_not_exist_is_refused(project: ecscli.Project) -> None:
    with pytest.raises(ecscli.InputError, match='jobs cannot run "allways"') as error:
        ecscli.deploy(project, "demo", region="us-east-1", layout="services", jobs="allways")
    assert "always" in (error.value.findings[0].hint or "")


def test_a_command_needs_its_container(project: ecscli.Project) -> None:
    with pytest.raises(ecscli.InputError, match="needs its container"):
        ecscli.run(project, "demo", ["ls"], region="us-east-1")


def test_the_task_definition_has_the_stored_launch_type(
    cli: Cli, project: ecscli.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.write(
        "ecs-params.yml",
        "task_definition: {task_size: {cpu_limit: 256, mem_limit: 512}}\n"
        "run_params: {network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}}\n",
    )
    cli.write(
        "../home/.ecs/config",
        "version: v1\ndefault: demo\nclusters:\n  demo: {cluster: demo, region: us-east-1,"
        " default_launch_type: FARGATE}\n",
    )
    monkeypatch.setenv("HOME", cli.environment["HOME"])
    request = ecscli.build_task_definition(project)
    assert request["requiresCompatibilities"] == ["FARGATE"]
    assert cli("compose", "render").json == request
