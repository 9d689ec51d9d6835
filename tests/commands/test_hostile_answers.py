"""Every command on every text of AWS's answers to it: nothing that is printed acts.

Each command runs once in the sandbox, and its answers are kept; then it runs again on them, with
each text in turn made hostile, and with each call in turn refused with a hostile message.
"""

import copy
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError
from tests.conftest import Cli, private_environment
from tests.hostile import BREAKS, acting, places, planted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

Key = tuple[str, str]
COMPOSE = """\
services:
  web:
    image: {image}
    mem_limit: 64m
    environment: {{A: "1"}}
    logging: {{driver: awslogs, options: {{awslogs-group: shop, awslogs-region: us-east-1, awslogs-stream-prefix: s}}}}
    labels: {{{labels}}}
"""
# What is done, in order; the names of the rows are those of the commands
STEPS: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...] = (
    (("up", "--capability-iam", "--size", "1", "--instance-type", "t3.micro"), {}),
    (("plan", "--size", "2"), {}),
    (("instances",), {}),
    (("instances", "--output", "json"), {}),
    (("compose", "create", "--create-log-groups"), {}),
    (("compose", "plan"), {}),
    (("compose", "up"), {}),
    (("compose", "up"), {"image": "nginx:2"}),
    (("compose", "ps"), {}),
    (("ps",), {}),
    (("ps", "--output", "json"), {}),
    (("compose", "scale", "2"), {}),
    (("check-attributes", "--task-def", "shop"), {}),
    (
        ("compose", "run", "--wait", "--logs", "--timeout", "1", "web", "true"),
        {"labels": "ecscli.sandbox.run-for: '1'"},
    ),
    (("compose", "logs", "--output", "json"), {}),
    (("compose", "stop"), {}),
    (("compose", "service", "up", "--timeout", "1"), {}),
    (("compose", "service", "plan"), {"image": "nginx:3"}),
    (
        ("compose", "service", "up", "--timeout", "1"),
        {"image": "nginx:3", "labels": "ecscli.sandbox.exit-code: '1'"},
    ),
    (("compose", "why"), {}),
    (("compose", "service", "rollback", "--timeout", "1"), {}),
    (("compose", "service", "ps"), {}),
    (("compose", "service", "scale", "2", "--timeout", "1"), {}),
    (("compose", "prune", "--keep", "1", "--dry-run"), {}),
    (("compose", "service", "stop", "--timeout", "1"), {}),
    (("compose", "service", "rm", "--timeout", "1"), {}),
    (("compose", "prune", "--keep", "1", "--force"), {}),
    (("images",), {}),
    (("registry-creds", "up", "creds.yml", "--role-name", "r", "--no-output-file"), {}),
    (("scale", "--size", "2", "--capability-iam"), {}),
    (("down", "--force"), {}),
)
CREDS = (
    "version: 1\nregistry_credentials:\n  r.example: {username: u, password: a-password-of-mine}\n"
)


class Answers:
    """The answers to the calls of one command, by action; a call that comes again gets the last one
    again."""

    def __init__(self) -> None:
        self.kept: dict[Key, list[Any]] = defaultdict(list)
        self._asked: dict[Key, int] = defaultdict(int)

    def again(self) -> None:
        self._asked.clear()

    def next(self, key: Key) -> Any:
        known = self.kept.get(key)
        if not known:
            raise EcsCliError(f"{key} was not called before")
        at = min(self._asked[key], len(known) - 1)
        self._asked[key] += 1
        if isinstance(known[at], ClientError):
            raise known[at]
        return copy.deepcopy(known[at])

    def rows(self) -> Iterator[tuple[Key, tuple[str | int, ...]]]:
        """Each text of an action's answers: its path, once for all members of a list."""
        for key, answers in self.kept.items():
            seen: set[tuple[str | int, ...]] = set()
            for answer in answers:
                for path, kind in places(answer):
                    kin = tuple(0 if isinstance(step, int) else step for step in path)
                    text = kind == "value" and isinstance(_at(answer, path), str)
                    if text and path[0] != "ResponseMetadata" and kin not in seen:
                        seen.add(kin)
                        yield key, kin


def _at(tree: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


class Scene:
    """The command line of a user of the sandbox, whose calls are kept or answered from what was
    kept."""

    def __init__(self, cli: Cli, patch: pytest.MonkeyPatch) -> None:
        self.cli, self.patch, self.time = cli, patch, 0.0
        self.real = BaseClient._make_api_call
        self.answers: list[Answers] = []

    def project(self, image: str = "nginx:1", labels: str = "") -> None:
        self.cli.write("docker-compose.yml", COMPOSE.format(image=image, labels=labels))

    def run(self, words: tuple[str, ...]) -> Any:
        common = {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1", "COMPOSE_PROJECT_NAME": "shop"}
        return self.cli(*words, **common)

    def record(self, words: tuple[str, ...], project: Mapping[str, str]) -> None:
        """Run a command in the sandbox and keep what it was answered."""
        answers, real = Answers(), self.real

        def call(client: BaseClient, action: str, parameters: Any) -> Any:
            kept = answers.kept[client.meta.service_model.service_name, action]
            try:
                answer = real(client, action, parameters)
            except ClientError as error:
                kept.append(error)
                raise
            kept.append(copy.deepcopy(answer))
            return answer

        self.project(**project)
        self.patch.setattr(BaseClient, "_make_api_call", call)
        done = self.run(words)
        assert "this is a bug" not in done.err, done.err
        self.answers.append(answers)

    def replay(self, number: int, change: Any) -> Any:
        """Run a command again on what it was answered, as `change` makes it of each answer."""
        words, project = STEPS[number]
        answers = self.answers[number]
        answers.again()

        def call(client: BaseClient, action: str, parameters: Any) -> Any:
            key = client.meta.service_model.service_name, action
            return change(key, lambda: answers.next(key))

        self.time = 0.0
        self.project(**project)
        self.patch.setattr(BaseClient, "_make_api_call", call)
        self.patch.setattr(
            Aws.__init__, "__defaults__", (self.clock, self.sleep, *Aws.__init__.__defaults__[2:])
        )
        return self.run(words)

    def clock(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if self.time > 3600:
            raise EcsCliError("an hour of the scripted clock has passed")


@pytest.fixture(scope="module")
def scene(
    sandbox_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    from ecscli.sandbox import process

    process.reset(sandbox_environment)
    home = tmp_path_factory.mktemp("answers")
    environment = private_environment(home / "home")
    environment |= {"XDG_STATE_HOME": sandbox_environment["XDG_STATE_HOME"], "ECSCLI_SANDBOX": "1"}
    with pytest.MonkeyPatch.context() as patch:
        made = Scene(Cli(home / "project", environment, patch), patch)
        made.cli.write("creds.yml", CREDS)
        _push_image(process.ensure(sandbox_environment))
        for words, project in STEPS:
            made.record(words, project)
        yield made


def _push_image(url: str) -> None:
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    ecr = boto3.client("ecr", region_name="us-east-1", endpoint_url=url, **keys)
    ecr.create_repository(repositoryName="shop")
    media = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps(
        {"schemaVersion": 2, "mediaType": media, "config": {"size": 1}, "layers": []}
    )
    ecr.put_image(repositoryName="shop", imageManifest=manifest, imageTag="1")


def name(number: int) -> str:
    return f"{number}-{' '.join(STEPS[number][0])}"


@pytest.mark.parametrize("number", range(len(STEPS)), ids=name)
def test_no_text_of_an_answer_acts(scene: Scene, number: int) -> None:
    rows = list(scene.answers[number].rows())
    assert rows
    wrong = []
    for key, path in rows:

        def change(called: Key, answer: Any, key: Key = key, path: Any = path) -> Any:
            found = answer()
            try:
                return planted(found, path, "value", BREAKS) if called == key else found
            except (LookupError, TypeError):
                return found  # this answer has no such member

        done = scene.replay(number, change)
        found = acting(done.out + done.err)
        if found:
            wrong.append((key, path, found))
    assert wrong == []


@pytest.mark.parametrize("number", range(len(STEPS)), ids=name)
def test_no_message_of_a_refusal_acts(scene: Scene, number: int) -> None:
    keys = list(scene.answers[number].kept)
    for key in keys:
        error = {"Error": {"Code": "InvalidParameterException", "Message": BREAKS}}

        def change(called: Key, answer: Any, key: Key = key, error: Any = error) -> Any:
            if called == key:
                raise ClientError(error, key[1])
            return answer()

        done = scene.replay(number, change)
        assert acting(done.out + done.err) is None, key
        assert "this is a bug" not in done.err, key


def test_passwords_of_registries_are_not_printed(scene: Scene) -> None:
    number = next(at for at, (words, _) in enumerate(STEPS) if words[0] == "registry-creds")

    def change(called: Key, answer: Any) -> Any:
        raise ClientError({"Error": {"Code": "X", "Message": "no a-password-of-mine"}}, called[1])

    done = scene.replay(number, change)
    assert "a-password-of-mine" not in done.out + done.err
    assert "***" in done.err
