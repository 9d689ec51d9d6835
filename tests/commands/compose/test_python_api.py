"""`ecscli.deploy` and `ecscli.run` against the sandbox, as a program would call them."""

from typing import Any

import pytest

import ecscli
from ecscli.base.errors import DeploymentError, InputError
from tests.commands.compose.conftest import World


@pytest.fixture
def project(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The project, and an environment whose only way to AWS is the sandbox."""
    for name, value in {
        "HOME": world.cli.environment["HOME"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": world.url,
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    return lambda: ecscli.load_project(
        directory=str(world.cli.directory), project_name="shop", environment={}
    )


def test_deploy_follows_the_service_to_its_end(world: World, project: Any) -> None:
    told: list[str] = []
    service = ecscli.deploy(project(), "demo", tell=lambda event: told.append(event.message))
    assert service["runningCount"] == 1
    assert "Created an ECS service" in told
    again = ecscli.deploy(project(), "demo")
    assert again["taskDefinition"].endswith("shop:1")


def test_deploy_raises_with_reasons(world: World, project: Any) -> None:
    world.project(exit_code=127, exit_after=0)
    with pytest.raises(DeploymentError) as error:
        ecscli.deploy(project(), "demo")
    assert "its command was not found" in error.value.reasons[0]


def test_run_returns_the_exit_code(project: Any) -> None:
    assert ecscli.run(project(), "demo", ["sh", "-c", "exit 3"], service="web") == 3
    with pytest.raises(InputError, match='no container "db"'):
        ecscli.run(project(), "demo", ["ls"], service="db")


def test_layout_services_is_deployed_service_by_service(world: World, project: Any) -> None:
    jobs = "depends_on: {job: {condition: service_completed_successfully}}"
    ends = 'labels: {ecscli.sandbox.exit-code: "0", ecscli.sandbox.exit-after: "1"}'
    world.cli.write(
        "docker-compose.yml",
        f"services:\n  web: {{image: nginx, mem_limit: 50m, {jobs}}}\n"
        f"  job: {{image: busybox, mem_limit: 50m, {ends}}}\n",
    )
    shop = project()
    assert list(ecscli.build_task_definition(shop, layout="services")) == ["web", "job"]
    told: list[str] = []
    done = ecscli.deploy(
        shop, "demo", layout="services", tell=lambda event: told.append(event.message)
    )
    assert [one["serviceName"] for one in done["services"]] == ["shop-web"]
    assert [one["containers"][0]["exitCode"] for one in done["jobs"]] == [0]
    assert done["changed"] is True
    assert done["layout"] == "services"
    assert "stack" not in done
    assert "Created an ECS service" in told
    assert ecscli.deploy(shop, "demo", layout="services")["changed"] is False
    again = ecscli.deploy(
        shop, "demo", layout="services", services=["web"], jobs="always", no_deps=True
    )
    assert (again["changed"], again["jobs"]) == (False, [])
    command = ["sh", "-c", "exit 3"]
    assert ecscli.run(shop, "demo", command, service="web", layout="services") == 3
    with pytest.raises(InputError, match="has service shop-web of layout services"):
        ecscli.deploy(shop, "demo", layout="task")
    assert ecscli.deploy(shop, "demo", layout="task", switch_layout=True)["serviceName"] == "shop"
    listed = world.client("ecs").list_services(cluster="demo")["serviceArns"]
    assert [arn.rpartition("/")[2] for arn in listed] == ["shop"]


def test_layout_services_raises_with_reasons(world: World, project: Any) -> None:
    world.project(exit_code=127, exit_after=0)
    with pytest.raises(DeploymentError) as error:
        ecscli.deploy(project(), "demo", layout="services")
    assert "its command was not found" in error.value.reasons[0]


def test_fargate_without_subnets_is_refused_before_anything_is_sent(
    world: World, project: Any
) -> None:
    with pytest.raises(InputError, match="subnet"):
        ecscli.deploy(project(), "demo", launch_type="FARGATE")
    assert world.revisions() == 0
