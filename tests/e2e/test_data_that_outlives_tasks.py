"""A real database whose files are in EFS keeps its rows: over a new revision, over `down` and `up`,
over a switch of the layout there and back, on Fargate and on EC2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox.docker.machine import OWNER
from tests.conftest import Cli
from tests.e2e.test_services_by_name import boto, engine
from tests.e2e.test_story import run
from tests.sandbox.conftest import wait_until

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
__all__ = ["boto", "engine"]
COMPOSE = """
x-ecs: {layout: services, discovery: none, logs: none}
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: example
      REVISION: "${REVISION:-1}"
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck:
      test: ["CMD", "pg_isready", "-h", "localhost"]
      interval: 5s
      retries: 20
volumes:
  data: {x-ecs: {efs: true}}
"""
FLAGS = "--capability-iam"
#: Launch type -> the options of its cluster.
LAUNCHES = {"FARGATE": "", "EC2": "--instance-type t3.large"}


@pytest.fixture(params=LAUNCHES)
def shop(user: Cli, request: pytest.FixtureRequest) -> Cli:
    """A user in the project, with a cluster."""
    user.directory.mkdir(exist_ok=True)
    Path(user.directory, "compose.yaml").write_text(COMPOSE.lstrip())
    options = f"--region us-east-1 --default-launch-type {request.param} --config-name demo"
    run(user, f"configure --cluster demo {options}")
    run(user, f"up --capability-iam {LAUNCHES[request.param]}")
    return user


class Database:
    """The container of the database that runs, whichever it is."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def container(self) -> Any:
        wanted = [OWNER, "com.amazonaws.ecs.container-name=db"]
        (found,) = self.engine.containers.list(filters={"label": wanted})
        return found

    def revision(self) -> str:
        return str(self.container().labels["com.amazonaws.ecs.task-definition-version"])

    def query(self, statement: str) -> str:
        command = ["psql", "-h", "localhost", "-U", "postgres", "-Atc", statement]
        code, out = self.container().exec_run(command, environment={"PGPASSWORD": "example"})
        assert code == 0, out
        return str(out.decode().strip())

    def rows(self) -> str:
        return self.query("SELECT string_agg(text, ',' ORDER BY text) FROM notes")


def test_rows_outlive_revisions_the_project_and_its_layout(
    shop: Cli, boto: Any, engine: Any
) -> None:
    database = Database(engine)
    run(shop, f"compose up {FLAGS}")
    database.query("CREATE TABLE notes (text text)")
    database.query("INSERT INTO notes VALUES ('1')")
    first = database.revision()

    shop.environment["REVISION"] = "2"
    run(shop, f"compose up {FLAGS}")
    assert database.revision() != first
    assert database.rows() == "1"
    database.query("INSERT INTO notes VALUES ('2')")

    ended = run(shop, "compose down")
    assert "stays (volume data" in ended.err
    wait_until(lambda: engine.containers.list(filters={"label": OWNER}, sparse=True) == [])
    run(shop, f"compose up {FLAGS}")
    assert database.rows() == "1,2"

    database.query("INSERT INTO notes VALUES ('3')")
    run(shop, f"compose --layout task service up --switch-layout --yes {FLAGS}")
    assert database.rows() == "1,2,3"
    database.query("INSERT INTO notes VALUES ('4')")
    run(shop, f"compose --layout services up --switch-layout --yes {FLAGS}")
    assert database.rows() == "1,2,3,4"

    run(shop, "compose down --volumes --yes")
    assert boto("efs").describe_file_systems()["FileSystems"] == []
    wait_until(lambda: engine.volumes.list(filters={"label": OWNER}) == [])
