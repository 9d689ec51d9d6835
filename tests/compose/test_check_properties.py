"""Whatever a document says: it loads or is an InputError, and what loads can be checked, the same
way each time."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ecscli.compose import check
from ecscli.compose.check import Report
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.ecs.support import Path as Steps
from ecscli.compose.ecs.support import table
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams
from ecscli.compose.report import text
from ecscli.compose.report.data import as_data
from ecscli.compose.task.definition import TaskSettings

VALUES = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        3.5,
        "",
        "a",
        "80:80",
        "10s",
        "64m",
        "service:b",
        "host",
        "none",
        "/a:/b:ro",
    ),
    *([], ["a"], ["a", "b"], ["80"], {}, {"a": "b"}, {"a": {}}, [{}], [{"target": 80}]),
]
PATHS = [tuple(row.path.replace("[]", ".0").replace("*", "a").split(".")) for row in table()]
WRITES = st.lists(
    st.tuples(st.sampled_from(PATHS), st.sampled_from(VALUES)), min_size=1, max_size=6
)


def document(writes: Iterable[tuple[Steps, Any]]) -> dict[str, Any]:
    """Two good services, and values written over any of the paths of the specification."""
    tree: dict[str, Any] = {"services": {name: {"image": "nginx"} for name in "ab"}}
    for path, value in writes:
        _put(tree, [int(step) if step == "0" else step for step in path], value)
    return tree


def _put(tree: Any, path: list[Any], value: Any) -> None:
    head, *rest = path
    if isinstance(tree, list) and not tree:
        tree.append(None)
    if not rest:
        tree[head] = value
        return
    inside = tree[head] if isinstance(head, int) else tree.get(head)
    wanted = list if rest[0] == 0 else dict
    tree[head] = inside = inside if isinstance(inside, wanted) else wanted()
    _put(inside, rest, value)


def lines(folder: Path, launch_type: str) -> list[str]:
    def examined() -> Report:
        project = load_project(LoadOptions(str(folder), {}))
        return check.check(project, EcsParams(), TaskSettings(LaunchFlags(launch_type)))

    report = check.examine(examined, launch_type)
    assert len(as_data(report)["findings"]) == len(report.entries)
    return [*text.lines(report, everything=True), text.summary(report)]


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(writes=WRITES, launch_type=st.sampled_from(["EC2", "FARGATE", "EXTERNAL"]))
def test_every_document_has_a_report(tmp_path_factory: Any, writes: Any, launch_type: str) -> None:
    folder = tmp_path_factory.mktemp("project")
    (folder / "compose.yml").write_text(yaml.dump(document(writes), Dumper=Plain))
    assert lines(folder, launch_type) == lines(folder, launch_type)


class Plain(yaml.SafeDumper):
    """Without anchors: the same value at two places is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def test_an_unreadable_file_is_a_report_too(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text("services: [")
    assert lines(tmp_path, "EC2")[-1] == "EC2: 1 error, no warnings"
