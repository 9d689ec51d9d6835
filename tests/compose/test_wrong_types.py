"""Values of wrong types at every key of ecs-params: an InputError with a place, never anything
else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecscli.base.errors import Finding, InputError
from ecscli.base.keys.kinds import Kind
from ecscli.base.keys.shapes import AnyName, Each, Either
from ecscli.base.marks import Mark
from ecscli.base.yaml.yamlio import dump
from ecscli.compose import check
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.keys import ECS_PARAMS
from ecscli.compose.params.read import parse_params
from ecscli.compose.params.wire import NEEDED, container_shape, task_shape
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.compose.verdict import build_task_definition

Step = tuple[str | int, ...]
TASK: Step = ("task_definition", "task_definition_extra")
CONTAINER: Step = ("task_definition", "services", "web", "container_definition_extra")
COMPOSE = "services:\n  web: {image: nginx, ports: ['80:80'], volumes: ['v:/d']}\nvolumes: {v: }\n"
SCALARS = [None, True, -1, 1.5, "", "x", "²", "9" * 5000, float("inf"), 10**400]
WRONG = [*SCALARS, [], [None], ["x"], [[]], [{}], {}, {"a": 1}]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("project")
    (folder / "compose.yaml").write_text(COMPOSE)
    return load_project(LoadOptions(str(folder), {}))


def keys_of(kind: Any, path: Step = ()) -> Iterator[Step]:
    """Every path of ecs-params."""
    if path:
        yield path
    if isinstance(kind, Each):
        yield from keys_of(kind.shape, (*path, 0))
    elif isinstance(kind, AnyName):
        yield from keys_of(kind.shape, (*path, "web"))
    elif isinstance(kind, Either):
        for one in kind.kinds:
            yield from keys_of(one, path)
    elif not isinstance(kind, Kind):
        for name, key in kind.items():
            yield from keys_of(key.kind, (*path, name))


def fields_of(shape: Any, path: Step) -> Iterator[Step]:
    """Every path of a shape of the ECS API."""
    yield path
    if isinstance(shape, list):
        yield from fields_of(shape[0], (*path, 0))
    elif isinstance(shape, dict):
        for name, member in shape.items():
            yield from fields_of(member, (*path, "any" if name == "*" else name))


def tree_with(path: Step, value: Any) -> Any:
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return {"version": 1, **value}


def judge(project: Project, tree: Any, launch_type: str = "EC2") -> list[str]:
    """What is said of such a file; every finding has a place in it, or is about the project."""
    found: tuple[Finding, ...] = ()
    try:
        params = parse_params(dump(tree), "ecs-params.yml", {})
        check.check(project, params, TaskSettings(LaunchFlags(launch_type)))
        build_task_definition(project, params, TaskSettings(LaunchFlags(launch_type)))
    except InputError as error:
        found = error.findings
    assert all(isinstance(finding.where, Mark) for finding in found), found
    return [finding.message for finding in found]


PATHS = [
    *keys_of(ECS_PARAMS),
    *fields_of(task_shape(), TASK),
    *fields_of(container_shape(), CONTAINER),
]


@pytest.mark.parametrize("top", sorted({path[:3] for path in PATHS}, key=str), ids=str)
def test_no_wrong_type_at_any_key_is_a_bug_of_ours(project: Project, top: Step) -> None:
    for path in PATHS:
        for value in WRONG if path[:3] == top else ():
            judge(project, tree_with(path, value))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(path=st.sampled_from(PATHS), value=anything, launch_type=st.sampled_from(["EC2", "FARGATE"]))
@settings(max_examples=150, deadline=None)
def test_nothing_at_all_is_a_bug_of_ours(
    project: Project, path: Step, value: Any, launch_type: str
) -> None:
    judge(project, tree_with(path, value), launch_type)


@pytest.mark.parametrize(
    "path", [TASK, CONTAINER], ids=["task_definition_extra", "container_definition_extra"]
)
@pytest.mark.parametrize("value", ["text", 7, True, ["list"], 1.5])
def test_extra_that_is_no_mapping_is_refused_where_it_stands(
    project: Project, path: Step, value: Any
) -> None:
    (said,) = judge(project, tree_with(path, value))
    assert said.endswith(f"{path[-1]}: must be a mapping")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("containerDefinitions", "web", "must be a list"),
        ("containerDefinitions", {"web": {}}, "must be a list"),
        ("containerDefinitions", ["web"], "must be a mapping"),
        ("containerDefinitions", [{"image": "x"}], "needs name"),
        ("containerDefinitions", [{"name": "web", "environment": [{"value": "x"}]}], "needs name"),
        ("volumes", [{"host": {}}], "needs name"),
        ("ephemeralStorage", {"sizeInGiB": "30"}, "must be a whole number"),
        ("enableFaultInjection", "yes", "must be true or false"),
        ("networkMode", ["awsvpc"], "must be text"),
    ],
)
def test_fields_of_wrong_shapes_are_refused(
    project: Project, field: str, value: Any, message: str
) -> None:
    said = judge(project, tree_with(TASK, {field: value}))
    assert any(one.endswith(message) for one in said), said


def test_extra_reaches_the_request_with_texts_as_the_api_takes_them(project: Project) -> None:
    containers = [{"name": "web", "stopTimeout": 9, "user": None}]
    tree = tree_with(
        TASK, {"cpu": 512, "containerDefinitions": containers, "ofTomorrow": {"a": [1]}}
    )
    of_web = {"container_definition_extra": {"portMappings": None, "hostname": 7}}
    tree["task_definition"]["services"] = {"web": of_web}
    request = build_task_definition(
        project, parse_params(dump(tree), "p.yml", {}), TaskSettings(LaunchFlags("EC2"))
    ).request
    (web,) = request["containerDefinitions"]
    assert (request["cpu"], request["ofTomorrow"]) == ("512", {"a": [1]})
    assert (web["stopTimeout"], web["hostname"], "portMappings" in web) == (9, "7", False)


def test_the_shapes_are_those_of_the_service_model() -> None:
    from botocore.session import Session

    model = Session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
    assert task_shape() == shape_of(model)
    for name, member in lists_in(model):
        assert set(NEEDED.get(name, ())) >= set(getattr(member, "required_members", ())), name


KINDS = {
    "string": "text",
    "integer": "integer",
    "long": "integer",
    "boolean": "boolean",
    "double": "number",
}


def shape_of(model: Any) -> Any:
    if model.type_name == "structure":
        return {name: shape_of(member) for name, member in model.members.items()}
    if model.type_name == "list":
        return [shape_of(model.member)]
    return {"*": shape_of(model.value)} if model.type_name == "map" else KINDS[model.type_name]


def lists_in(model: Any) -> Iterator[tuple[str, Any]]:
    for name, member in getattr(model, "members", {}).items():
        inner = member.member if member.type_name == "list" else member
        if member.type_name == "list":
            yield name, inner
        yield from lists_in(inner)
