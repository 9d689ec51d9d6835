"""What other repositories use of this one: a hook of pre-commit, a step of GitHub Actions, examples
for CI services. Their form is that of the services, and their commands are command lines."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.commands.test_examples import parse_line

ROOT = Path(__file__).parent.parent
TEXT = {"type": "string", "minLength": 1}
#: Source: https://docs.github.com/en/actions/reference/metadata-syntax-reference
ACTION = {
    "type": "object",
    "required": ["name", "description", "runs"],
    "additionalProperties": False,
    "properties": {
        "name": TEXT,
        "description": TEXT,
        "inputs": {
            "additionalProperties": {
                "type": "object",
                "required": ["description"],
                "additionalProperties": False,
                "properties": {
                    "description": TEXT,
                    "required": {"type": "boolean"},
                    "default": {"type": "string"},
                },
            }
        },
        "outputs": {
            "additionalProperties": {
                "type": "object",
                "required": ["description", "value"],
                "additionalProperties": False,
                "properties": {"description": TEXT, "value": TEXT},
            }
        },
        "runs": {
            "type": "object",
            "required": ["using", "steps"],
            "additionalProperties": False,
            "properties": {
                "using": {"const": "composite"},
                "steps": {
                    "items": {
                        "type": "object",
                        "required": ["run", "shell"],
                        "additionalProperties": False,
                        "properties": {
                            **dict.fromkeys(("name", "id", "shell", "run"), TEXT),
                            "working-directory": TEXT,
                            "env": {"additionalProperties": TEXT},
                        },
                    }
                },
            },
        },
    },
}
#: Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
STEP = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("name", "id", "if", "uses", "run"), TEXT),
        "with": {"additionalProperties": {"type": ["string", "boolean"]}},
    },
    "oneOf": [{"required": ["uses"]}, {"required": ["run"]}],
}
WORKFLOW = {
    "type": "object",
    "required": ["on", "jobs"],
    "properties": {
        "jobs": {
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "required": ["runs-on", "steps"],
                "additionalProperties": False,
                "properties": {
                    **dict.fromkeys(("runs-on", "if", "needs", "environment"), TEXT),
                    "steps": {"items": STEP, "minItems": 1},
                },
            },
        },
    },
}
#: Source: https://docs.gitlab.com/ci/yaml/
JOB = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("extends", "stage", "resource_group"), TEXT),
        "script": {"items": TEXT, "minItems": 1},
        "variables": {"additionalProperties": TEXT},
        "id_tokens": {"additionalProperties": {"required": ["aud"]}},
        "rules": {"items": {"required": ["if"]}},
        "allow_failure": {"required": ["exit_codes"]},
    },
}
PIPELINE = {
    "type": "object",
    "required": ["stages"],
    "properties": {
        "stages": {"items": TEXT},
        "default": {
            "additionalProperties": False,
            "properties": {"image": TEXT, "before_script": {}},
        },
    },
    "additionalProperties": JOB,
}
#: Source: https://pre-commit.com/#new-hooks
HOOKS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "required": ["id", "name", "entry", "language", "files", "pass_filenames"],
        "properties": {"language": {"const": "python"}, "pass_filenames": {"const": False}},
    },
}
FILES = {
    "action.yml": ACTION,
    "examples/ci/github.yml": WORKFLOW,
    "examples/ci/gitlab.yml": PIPELINE,
    ".pre-commit-hooks.yaml": HOOKS,
}


class Loader(yaml.SafeLoader):
    """YAML 1.2, in which `on` is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:bool" or first in "tf"]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(name: str) -> Any:
    return yaml.load((ROOT / name).read_text(), Loader)  # noqa: S506: a safe loader


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from (
                [f"ecscli {part}"] if key == "command" and isinstance(part, str) else texts(part)
            )
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield from re.findall(r"^ecscli [a-z].*$", value, re.M)


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_form_of_its_service(name: str) -> None:
    Draft202012Validator(FILES[name]).validate(read(name))


@pytest.mark.parametrize("name", [name for name in FILES if name != "action.yml"])
def test_its_commands_are_command_lines(name: str) -> None:
    found = list(texts(read(name)))
    assert found
    for line in found:
        parse_line(line)


def test_the_hook_is_for_the_files_that_are_checked() -> None:
    files = re.compile(read(".pre-commit-hooks.yaml")[0]["files"])
    taken = ("compose.yaml", "docker-compose.yml", "shop/compose.prod.yml", "ecs-params.yml")
    assert all(files.search(name) for name in (*taken, "ecs-cluster.yml"))
    assert not any(files.search(name) for name in ("decompose.yaml", "ecs-params.json", "a.py"))


@pytest.mark.parametrize(
    ("command", "allow", "code"),
    [("plan", "true", 0), ("plan", "false", 3), ("up", "true", 5), ("ps; touch made", "true", 0)],
)
def test_the_step_ends_as_the_command_does(
    tmp_path: Path, command: str, allow: str, code: int
) -> None:
    program = tmp_path / "bin" / "ecscli"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\ncase "$1" in plan) exit 3;; up) exit 5;; esac\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", read("action.yml")["runs"]["steps"][1]["run"]],
        check=False,
        cwd=tmp_path,
        env={
            "PATH": f"{program.parent}{os.pathsep}{os.defpath}",
            "COMMAND": command,
            "ALLOW_CHANGES": allow,
            "GITHUB_OUTPUT": str(tmp_path / "output"),
        },
    )
    assert done.returncode == code
    assert (tmp_path / "output").read_text().startswith("code=")
    assert not (tmp_path / "made").exists()
