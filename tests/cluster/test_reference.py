"""The schema and the page about the cluster file: complete, and every example is one that works."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.base.system import resources
from ecscli.cluster.read import config, legacy
from ecscli.cluster.template import build
from ecscli.commands.infra import OPTIONS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "cluster-file.md").read_text(
    encoding="utf-8"
)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SCHEMA: dict[str, Any] = json.loads(resources.read(config.SCHEMA))


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            yield f"{path}.{name}", part
        for key, part in schema.items():
            yield from properties(part, f"{path}.{key}")
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part, path)


def test_every_key_is_described() -> None:
    bare = [
        path
        for path, part in properties(SCHEMA)
        if "description" not in part and "$ref" not in part
    ]
    assert bare == []


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_page_work(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.sh").write_text("#!/bin/sh\n")
    (tmp_path / "ecs-cluster.yml").write_text(text)
    tree = config.load(tmp_path / "ecs-cluster.yml", "ecs-cluster.yml")
    spec = config.build(tree, "shop", region="eu-central-1")
    assert build.stack_spec(spec, "s", build.as_written(spec)).parameters["EcsCluster"] == "shop"


def test_the_page_names_every_flag_that_is_a_key() -> None:
    table = PAGE.partition("| flag | key |")[2].partition("## ")[0]
    flags = {names[0] for names, _ in OPTIONS} - {"--imdsv2", "--cluster-file"}
    assert {flag for flag in flags if f"`{flag}`" not in table} == set()


def test_every_flag_says_which_key_it_sets() -> None:
    helps = {names[0]: attributes["help"] for names, attributes in OPTIONS}
    for flag, path, _ in legacy.ROWS:
        assert f"[{'.'.join(path)}" in helps[flag], flag


def test_a_template_with_a_comma_too_many_is_read() -> None:
    """As the original's is: no JSON, and YAML all the same."""
    text = (
        '{"Parameters": {"EcsCluster": {"Type": "String",},}, "Resources": {"EcsInstanceLc": {},'
        ' "Vpc": {}},}'
    )
    assert build.resources_of(text) == {"EcsInstanceLc", "Vpc"}
