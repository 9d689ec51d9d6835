"""The words and flags of `compose run`, and the exit code of its task."""

import pytest

from ecscli.up.tasks.overrides import Overrides, exit_code, read_overrides


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        ([], {}),
        (["web"], {}),
        (["web", "echo hello"], {"web": ["echo", "hello"]}),
        (
            ["web", "echo 'a b' $HOME", "db", "sleep 10"],
            {"web": ["echo", "a b", "$HOME"], "db": ["sleep", "10"]},
        ),
        (["web", "echo", "hello"], {"web": ["echo", "hello"]}),
        (["web", "sh", "-c", "echo a b"], {"web": ["sh", "-c", "echo a b"]}),
        (["web", "ls", "db", "ls"], {"web": ["ls"], "db": ["ls"]}),
        (["web", "a", "web", "b"], {"web": ["b"]}),
    ],
)
def test_the_words_of_run(words: list[str], commands: dict[str, list[str]]) -> None:
    request, wrong = read_overrides(words, Overrides(), ["web", "db"])
    assert not wrong
    assert {one["name"]: one["command"] for one in request["containerOverrides"]} == commands


@pytest.mark.parametrize("words", [["web", "a b", "dbb", "c d"], ["dbb", "c d"]])
def test_an_unknown_container_is_refused_beside_a_known_one_too(words: list[str]) -> None:
    _, wrong = read_overrides(words, Overrides(), ["web", "db"])
    assert [finding.message for finding in wrong] == ['the project has no container "dbb"']
    assert "db" in str(wrong[0].hint)


def test_environment_goes_to_the_container_with_the_command_or_to_all() -> None:
    entry = [{"name": "A", "value": "1"}]
    one, _ = read_overrides(["web", "ls"], Overrides(("A=1",)), ["web", "db"])
    assert one["containerOverrides"] == [{"name": "web", "command": ["ls"], "environment": entry}]
    every, _ = read_overrides([], Overrides(("A=1",)), ["web", "db"])
    assert [row["name"] for row in every["containerOverrides"]] == ["db", "web"]
    assert read_overrides(["web"], Overrides(("A",)), ["web"])[1]


@pytest.mark.parametrize(
    ("codes", "main", "expected"),
    [
        ({"web": 3, "log": 0}, "web", 3),
        ({"web": 0, "log": 9}, "web", 9),  # the other one has ended the task
        ({"web": 0, "log": 143}, "web", 0),  # ECS has stopped the other one
        ({"web": 0, "log": 137}, "web", 0),
        ({"web": 0, "side": 9}, "web", 0),
        ({"web": 3, "log": 9}, "web", 3),
        ({"web": 0, "log": 9}, None, 9),
        ({"web": 0, "side": 9}, None, 0),
        ({}, "web", None),
        ({"web": None}, "web", None),
    ],
)
def test_the_exit_code_of_a_task(
    codes: dict[str, int | None], main: str | None, expected: int | None
) -> None:
    definition = {
        "containerDefinitions": [
            {"name": "web"},
            {"name": "log"},
            {"name": "side", "essential": False},
        ]
    }
    task = {"containers": [{"name": name, "exitCode": code} for name, code in codes.items()]}
    assert exit_code(task, definition, main) == expected
