"""A web server, an API, a database, a cache and a job from one Compose file in layout services, as
real containers on Fargate and on EC2: they find each other by the names of the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox.docker.machine import OWNER
from tests.conftest import Cli, Result
from tests.e2e.test_story import run
from tests.sandbox.conftest import wait_until

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
COMPOSE = """
x-ecs:
  layout: services
  images: {init: "python:3.12-slim"}
x-app: &app
  build: .
  image: shop/app
services:
  web:
    <<: *app
    command: ["python3", "web.py"]
    ports: ["80:80"]
    healthcheck:
      test: ["CMD", "python3", "-c", "import socket; socket.create_connection(('localhost', 80))"]
      interval: 5s
    depends_on:
      api: {condition: service_healthy}
      prepare: {condition: service_completed_successfully}
  api:
    <<: *app
    command: ["python3", "api.py"]
    expose: ["8000"]
    environment: {GREETING: "${GREETING:-Hello}"}
    depends_on:
      migrate: {condition: service_completed_successfully}
      cache: {condition: service_started}
    healthcheck:
      test: ["CMD", "python3", "-c", "import socket; socket.create_connection(('localhost', 8000))"]
      interval: 5s
  migrate:
    <<: *app
    command: ["python3", "migrate.py"]
    depends_on: {db: {condition: service_healthy}}
    x-ecs: {group: "${MIGRATE_WITH:-migrate}"}
  prepare:
    image: python:3.12-slim
    command: ["python3", "-c", "print('prepared')"]
  db:
    image: postgres:16
    environment: {POSTGRES_PASSWORD: example}
    expose: ["5432"]
    healthcheck:
      test: ["CMD", "pg_isready", "-h", "localhost"]
      interval: 5s
      retries: 10
  cache:
    image: redis:7
    expose: ["6379"]
"""
DATABASE = 'psycopg.connect("host=db user=postgres password=example")'
PROGRAMS = {
    "Dockerfile": """
FROM python:3.12-slim
WORKDIR /app
RUN pip install --no-cache-dir "psycopg[binary]" redis
COPY *.py ./
""",
    "migrate.py": f"""
import psycopg
with {DATABASE} as database:
    database.execute("CREATE TABLE IF NOT EXISTS visits (at timestamptz DEFAULT now())")
print("migrated")
""",
    "api.py": f"""
import http.server, os
import psycopg, redis

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        cache = redis.Redis("cache", 6379, decode_responses=True)
        before = cache.get("visits") or "0"
        with {DATABASE} as database:
            database.execute("INSERT INTO visits DEFAULT VALUES")
            visits = database.execute("SELECT count(*) FROM visits").fetchone()[0]
        cache.set("visits", visits)
        text = os.environ["GREETING"] + f": visit {{visits}}, before it {{before}}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
""",
    "web.py": """
import http.server, urllib.request

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = urllib.request.urlopen("http://api:8000", timeout=10).read()
        page = b"<h1>" + text + b"</h1>\\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

http.server.ThreadingHTTPServer(("", 80), Page).serve_forever()
""",
}
#: What a container of `compose run` asks the database.
COUNT = f"""
import psycopg
with {DATABASE} as database:
    print("visits:", database.execute("SELECT count(*) FROM visits").fetchone()[0])
"""
FLAGS = "--capability-iam"
#: Launch type -> the options of its cluster, and the group of the migration: no task that is
#: started by itself takes part in Service Connect, so on bridge it runs before the API in its task.
LAUNCHES = {
    "FARGATE": ("", "migrate"),
    "EC2": ("--instance-type t3.large", "api"),
}


@pytest.fixture(params=LAUNCHES)
def launch_type(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(user: Cli, launch_type: str) -> Cli:
    """A user in the project, with a cluster."""
    user.directory.mkdir(exist_ok=True)
    for name, text in {"compose.yaml": COMPOSE, **PROGRAMS}.items():
        Path(user.directory, name).write_text(text.lstrip())
    instances, user.environment["MIGRATE_WITH"] = LAUNCHES[launch_type]
    options = f"--region us-east-1 --default-launch-type {launch_type} --config-name demo"
    run(user, f"configure --cluster demo {options}")
    run(user, f"up --capability-iam --port 80 {instances}")
    return user


@pytest.fixture
def boto(real_sandbox: dict[str, str]) -> Any:
    """Clients that are not ours, of the same sandbox."""
    import boto3

    from ecscli.sandbox import process

    url = process.ensure(real_sandbox)
    keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
    return lambda service: boto3.client(service, "us-east-1", endpoint_url=url, **keys)


@pytest.fixture
def engine(standins: str) -> Iterator[Any]:
    import docker

    engine = docker.DockerClient(base_url=standins)
    yield engine
    engine.close()


def page(user: Cli, client: Any) -> str:
    """What a browser shows."""
    address = run(user, "compose open --print").out.strip()
    return str(client("GET", address))


def changed_services(done: Result) -> set[str]:
    """The ECS services that a command has registered a task definition for."""
    lines = [line for line in done.err.splitlines() if "Using ECS task definition" in line]
    return {line.partition("TaskDefinition=")[2].partition(":")[0] for line in lines}


def test_services_find_each_other_by_the_names_of_the_file(
    shop: Cli, client: Any, boto: Any, engine: Any, launch_type: str
) -> None:
    run(shop, f"compose up {FLAGS}")
    assert page(shop, client) == "<h1>Hello: visit 1, before it 0</h1>\n"
    assert page(shop, client) == "<h1>Hello: visit 2, before it 1</h1>\n"
    assert "prepared" in run(shop, "compose logs prepare").out
    assert "migrated" in run(shop, "compose logs migrate").out
    if launch_type == "FARGATE":
        asked = run(shop, "compose run --logs migrate", "--", "python3", "-c", COUNT)
        assert "visits: 2" in asked.out
    run(shop, f"compose plan {FLAGS}")

    shop.environment["GREETING"] = "Hello again"
    rolled = run(shop, f"compose up {FLAGS}")
    assert changed_services(rolled) == {"shop-api"}
    assert "service=shop-db" not in rolled.err
    wait_until(lambda: page(shop, client).startswith("<h1>Hello again: visit 3,"))

    run(shop, "compose down")
    assert_nothing_is_left(boto, engine)


def assert_nothing_is_left(boto: Any, engine: Any) -> None:
    assert boto("ecs").list_services(cluster="demo")["serviceArns"] == []
    assert boto("ecs").list_tasks(cluster="demo")["taskArns"] == []
    assert boto("servicediscovery").list_namespaces()["Namespaces"] == []
    stacks = boto("cloudformation").describe_stacks()["Stacks"]
    assert [one["StackName"] for one in stacks] == ["amazon-ecs-cli-setup-demo"]
    ours = {"label": OWNER}
    wait_until(lambda: engine.containers.list(filters=ours, sparse=True) == [])
