"""The schema and the page about the cluster file: complete, and every example is one that works."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecscli.base.keys.shapes import Reading
from ecscli.base.system import resources
from ecscli.cluster.read import infra_file, legacy
from ecscli.cluster.read.keys import CLUSTER, schema_document
from ecscli.cluster.read.spec import build_spec
from ecscli.cluster.template import build
from ecscli.commands.infra import OPTIONS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "cluster-file.md").read_text(
    encoding="utf-8"
)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FILE = "cluster/schema/cluster.json"
SCHEMA: dict[str, Any] = json.loads(resources.read(FILE))


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


def test_the_schema_is_that_of_the_keys() -> None:
    hint = f"write json.dumps(schema_document(), indent=2) to {FILE}"
    assert schema_document() == SCHEMA, hint
    Draft202012Validator.check_schema(SCHEMA)


VALUES = st.sampled_from([None, True, -1, 1, 1.5, "", "x", "EC2", "us-east-1", [], ["x"], {}])
NAMES = sorted({path.rpartition(".")[2] for path, _ in properties(SCHEMA)})


def documents(depth: int) -> st.SearchStrategy[Any]:
    """Mappings with keys of the file, in any place."""
    below = VALUES if not depth else VALUES | documents(depth - 1)
    values = below | st.lists(below, max_size=2)
    return st.dictionaries(st.sampled_from([*NAMES, "other"]), values, max_size=3)


@given(documents(2) | st.fixed_dictionaries({"capacity": documents(1), "network": documents(1)}))
def test_the_table_and_its_schema_agree(document: dict[str, Any]) -> None:
    reading = Reading(document, strict=True)
    reading.read(CLUSTER, document)
    assert bool(reading.findings.errors) != Draft202012Validator(SCHEMA).is_valid(document)


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_page_work(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.sh").write_text("#!/bin/sh\n")
    (tmp_path / "ecs-cluster.yml").write_text(text)
    tree = infra_file.load(tmp_path / "ecs-cluster.yml", "ecs-cluster.yml")
    spec = build_spec(tree, "shop", region="eu-central-1")
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
    """As ecs-cli's is: no JSON, and YAML all the same."""
    text = (
        '{"Parameters": {"EcsCluster": {"Type": "String",},}, "Resources": {"EcsInstanceLc": {},'
        ' "Vpc": {}},}'
    )
    assert build.resources_of(text) == {"EcsInstanceLc", "Vpc"}
