"""Task definitions as Compose files: a folder a case, and what holds for every definition.

`python -m tests.local.test_convert` writes the expected files anew.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecscli.base.errors import InputError
from ecscli.base.yaml import yamlio
from ecscli.compose.ecs.requests.rows import members
from ecscli.compose.ecs.requests.task_definition import REGISTER_TASK_DEFINITION
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.local.definition.convert import FILE, Converted, Origin, convert
from ecscli.local.definition.read import parse, read
from ecscli.local.definition.shapes import TASK, WITHOUT_EFFECT, Items, Mapped, Scalar, Shape

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir())
ORIGIN = Origin(FILE, "/here/task-definition.json")
#: What `local up` adds while containers run, and files do not name any more.
OF_THE_ENDPOINT = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "ECS_CONTAINER_METADATA_URI")


def converted(name: str) -> Converted:
    path = CASES / name / "task-definition.json"
    return convert(parse(path.read_text(), path.name), ORIGIN)


def expected(name: str) -> str:
    found = converted(name)
    notices = "".join(f"# {notice}\n" for notice in found.notices)
    return notices + yamlio.dump(found.base)


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_becomes_the_compose_file_beside_it(name: str) -> None:
    assert expected(name) == (CASES / name / "compose.yml").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_the_override_keeps_output_on_this_machine(name: str) -> None:
    found = converted(name)
    assert set(found.override["services"]) == set(found.base["services"])
    assert {one["logging"]["driver"] for one in found.override["services"].values()} == {
        "json-file"
    }


def test_what_ecs_cli_wrote_is_written_again() -> None:
    old = yamlio.parse((CASES / "ecs-cli" / "written-by-ecs-cli.yml").read_text(), "old")
    del old["version"]
    for service in old["services"].values():
        for name in OF_THE_ENDPOINT:
            del service["environment"][name]
        if not service["environment"]:
            del service["environment"]
    assert converted("ecs-cli").base == old


def test_docker_compose_takes_the_files(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("there is no docker-compose (Debian: docker-compose)")
    for name in ("everything", "awsvpc"):
        path = tmp_path / f"{name}.yml"
        path.write_text(yamlio.dump(converted(name).base))
        words = [program, "-f", str(path), "config"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "echo $$HOME" in done.stdout or name != "everything"


# ------------------------------------------------------------------------ every member


def paths(shape: Shape, path: str = "") -> set[str]:
    """The dotted paths of a shape's members."""
    match shape:
        case Items():
            return paths(shape.of, path)
        case Scalar() | Mapped():
            return {path}
    inner = {
        one for name, part in shape.items() for one in paths(part, f"{path}.{name}".lstrip("."))
    }
    return inner | ({path} if path else set())


def test_every_member_that_ecs_takes_is_read_or_has_a_reason_not_to_be() -> None:
    known = paths(TASK) | set(WITHOUT_EFFECT)
    for path, _, _ in members(REGISTER_TASK_DEFINITION):
        above = {path.rsplit(".", steps)[0] for steps in range(path.count(".") + 1)}
        assert path in known or above & set(WITHOUT_EFFECT), path


def values(shape: Shape) -> st.SearchStrategy[Any]:
    match shape:
        case Items():
            return st.lists(values(shape.of), max_size=2)
        case Mapped():
            return st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2)
        case Scalar():
            kinds = {
                str: TEXTS,
                int: st.integers(-2, 5000),
                bool: st.booleans(),
                float: st.just(1.5),
            }
            return st.one_of([kinds[kind] for kind in shape.kinds])
    return st.fixed_dictionaries({}, optional={name: values(one) for name, one in shape.items()})


TEXTS = st.one_of(
    st.sampled_from(
        ["a", "b", "awsvpc", "host", "HEALTHY", "GPU", "$x", "arn:aws:ssm:::x", "80-81"]
    ),
    st.text(max_size=5),
)


def converted_or_refused(task: Any) -> Converted | list[str]:
    """The files, or the members of the task that are wrong."""
    try:
        return convert(read(task, "t.json"), ORIGIN)
    except InputError as error:
        return [re.split(r"[.[]", finding.key)[0] for finding in error.findings]


@given(values(TASK))
@settings(max_examples=150)
def test_any_definition_is_converted_or_refused_with_the_name_of_a_field(task: Any) -> None:
    for one in task.get("containerDefinitions") or []:
        one.setdefault("image", "x")
    found = converted_or_refused(task)
    if isinstance(found, list):
        assert found
        assert set(found) <= set(TASK)
        return
    again = yamlio.parse(yamlio.dump(found.base), "x")
    assert json.loads(json.dumps(again)) == json.loads(json.dumps(found.base))


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_compose_projects(name: str, tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(yamlio.dump(converted(name).base))
    project = load_project(LoadOptions(directory=str(tmp_path), environment={}))
    assert {service.name for service in project.services} == set(converted(name).base["services"])


# A third of the projects that ecscli translates: the way to ECS and back.
OF_PROJECTS = [
    path
    for path in sorted(Path(__file__).parent.parent.glob("compose/cases/*/expected.json"))[::3]
    if "request" in json.loads(path.read_text())
]


@pytest.mark.parametrize("path", OF_PROJECTS, ids=lambda path: path.parent.name)
def test_what_a_project_became_on_ecs_becomes_a_project_again(path: Path, tmp_path: Path) -> None:
    request = json.loads(path.read_text())["request"]
    found = convert(read(request, "request"), ORIGIN).base
    (tmp_path / "compose.yml").write_text(yamlio.dump(found))
    project = load_project(LoadOptions(directory=str(tmp_path), environment={}))
    services = {service.name: service for service in project.services}
    for one in request["containerDefinitions"]:
        service, linux = services[one["name"]], one.get("linuxParameters") or {}
        assert service.image == one["image"]
        assert list(service.command or ()) == one.get("command", [])
        assert {mount["containerPath"] for mount in one.get("mountPoints", [])} == {
            mount.target for mount in service.volumes
        }
        names = {pair["name"] for pair in [*one.get("environment", []), *one.get("secrets", [])]}
        assert set(service.tree.get("environment") or {}) == names
        assert set((linux.get("capabilities") or {}).get("add", [])) == set(service.cap_add or ())


# ----------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "t.json:1:1: a task definition is an object"),
        ("{}", "task definition must include at least one container definition"),
        ('{"containerDefinitions": 3}', "t.json:1:2: containerDefinitions: not a list"),
        ('{"containerDefinitions": [{}]}', "containerDefinitions[0].name"),
        ('{"containerDefinitions": [{"name": "a"}]}', "containerDefinitions[0].image"),
        (
            '{"containerDefinitions": [{"name": "a", "image": "x", "cpu": "1"}]}',
            "t.json:1:55: containerDefinitions[0].cpu: not a whole number",
        ),
        (
            '{"containerDefinitions": [{"name": "a", "image": "x"}, {"name": "a", "image": "x"}]}',
            '"a" is the name of another container',
        ),
        (
            (
                '{"containerDefinitions": [{"name": "a", "image": "x", "dependsOn": [{"containerName":'
                ' "b", "condition": "START"}]}]}'
            ),
            'containerDefinitions[0].dependsOn[0].containerName: there is no container "b"',
        ),
        (
            (
                '{"containerDefinitions": [{"name": "a", "image": "x", "dependsOn": [{"containerName":'
                ' "a", "condition": "START"}]}]}'
            ),
            "containers wait for each other: a -> a",
        ),
        (
            (
                '{"containerDefinitions": [{"name": "a", "image": "x"}], "runtimePlatform":'
                ' {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}'
            ),
            "containers of Windows do not run here",
        ),
        ('{"containerDefinitions": [', "t.json:2:1: not valid YAML"),
    ],
)
def test_what_cannot_be_converted_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "t.json")
    assert message in "\n".join(caught.value.lines())


if __name__ == "__main__":
    for case in NAMES:
        (CASES / case / "compose.yml").write_text(expected(case))
