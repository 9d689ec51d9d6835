"""Well-known public projects in layout services on the pretended sandbox: each service comes to a
steady state, and what is asked for a second time is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.e2e.test_public_projects import PROJECTS, home  # noqa: F401
from tests.e2e.test_story import run

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.timeout(300),  # the many services of sentry on a busy machine
]
FLAGS = "--ship-secrets --capability-iam"
#: Projects that are refused -> the beginning of the first error.
REFUSED = {
    "wasmedge-kafka-mysql": 'compose.yaml:17:5: services.etl.platform: ECS cannot choose by "wasi',
    "wasmedge-mysql-nginx": 'compose.yaml:10:5: services.backend.platform: ECS cannot choose by "w',
}
#: Projects whose services share a volume -> what keeps it in EFS for all of them.
KEPT = {"nextcloud": "volumes: {files: {efs: true}}\n"}
NAMES = sorted(path.name for path in PROJECTS.iterdir() if path.is_dir())
RUNNING = [name for name in NAMES if name not in REFUSED]


def begin(home: dict[str, str], project: str, tmp_path: Path, patch: pytest.MonkeyPatch) -> Cli:  # noqa: F811
    """A user in a copy of a project, with a builder that only seems to build."""
    user = Cli(tmp_path / project, home, patch)
    shutil.copytree(PROJECTS / project, user.directory, dirs_exist_ok=True)
    if project in KEPT:
        user.write("ecs-params.yml", KEPT[project])
    pretend_to_build(user, reaches_ecr=True)
    return user


@pytest.mark.parametrize("project", RUNNING)
def test_a_public_project_runs_whole_and_a_second_plan_is_empty(
    home: dict[str, str],  # noqa: F811
    project: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = begin(home, project, tmp_path, monkeypatch)
    compose = "compose --layout services"
    try:
        run(user, f"{compose} up {FLAGS}")
        for _ in range(2):
            again = user(*f"{compose} plan {FLAGS}".split())
            assert again.code == 0, again.out + again.err
        listed = run(user, f"{compose} ps")
        assert "deploying" not in listed.err
        assert "failed" not in listed.err
        assert "steady" in listed.err
    finally:
        assert user(*f"{compose} down".split()).code == 0


@pytest.mark.parametrize("project", REFUSED)
def test_a_public_project_is_refused_with_its_place(
    home: dict[str, str],  # noqa: F811
    project: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = begin(home, project, tmp_path, monkeypatch)
    refused = user(*f"compose --layout services up {FLAGS}".split())
    assert refused.code == 2
    assert f"error: {REFUSED[project]}" in refused.err
