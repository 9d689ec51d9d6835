"""The kept parts of botocore's models: they say the same as the whole ones, and what is wrong with a
file of theirs is of no consequence."""

import ast
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.regions import EndpointResolver
from botocore.session import Session

from ecscli.aws.answers import NEEDED
from ecscli.aws.client import Aws
from ecscli.aws.models.loader import BUILT_IN, LIST, PAGES, RULES, SERVICE, Models, store_of
from ecscli.aws.models.operations import ENDPOINTS, OPERATIONS
from ecscli.aws.models.store import Store, cache_folder
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from tests.test_layers import PACKAGE

CHECKED = ("type_name", "required_members", "enum", "is_document_type", "is_tagged_union")


@cache
def whole() -> Loader:
    return Loader()


@cache
def called() -> dict[str, set[str]]:
    """The methods of each client that the code names, in tables or as `call("ecs", "describe_tasks")`,
    `pages(...)`, `Call(...)`."""
    found = defaultdict(set, {service: set(known) for service, known in NEEDED.items()})
    for path in PACKAGE.rglob("*.py"):
        if "sandbox" not in path.relative_to(PACKAGE).parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and len(node.args) > 1:
                    texts = [getattr(one, "value", None) for one in node.args[:2]]
                    if all(isinstance(text, str) for text in texts):
                        found[texts[0]].add(texts[1])
    return found


def alike(part: Shape, full: Shape, seen: set[str]) -> Iterator[str]:
    """Where two shapes and what is in them differ, documentation aside."""
    if full.name in seen:
        return
    seen.add(full.name)
    if bare(part._shape_model) != bare(full._shape_model):
        yield full.name
    for name in ("members", "member", "key", "value"):
        inner, outer = getattr(part, name, None), getattr(full, name, None)
        if isinstance(outer, dict):
            for key, value in outer.items():
                yield from alike(inner[key], value, seen)
        elif isinstance(outer, Shape):
            yield from alike(inner, outer, seen)


def bare(shape: dict[str, Any]) -> dict[str, Any]:
    """What a shape says besides its text and the texts of its parts."""
    found = {name: value for name, value in shape.items() if name != "documentation"}
    for name in ("member", "key", "value"):
        if name in found:
            found[name] = bare(found[name])
    if "members" in found:
        found["members"] = {name: bare(value) for name, value in found["members"].items()}
    return found


def operation_model(loader: Any, service: str, name: str) -> OperationModel:
    return ServiceModel(loader.load_service_model(service, SERVICE), service).operation_model(name)


@pytest.mark.long
@pytest.mark.parametrize("service", OPERATIONS)
def test_the_part_of_each_operation_says_what_the_whole_model_does(
    tmp_path: Path, service: str
) -> None:
    for _ in range(2):  # as it is made, and as it is read
        parts = Models([BUILT_IN], Store(tmp_path / "models", "key"))
        pages = parts.load_service_model(service, PAGES)["pagination"]
        every_page = whole().load_service_model(service, PAGES)["pagination"]
        rules = whole().load_service_model(service, RULES)
        assert parts.load_service_model(service, RULES) == rules
        seen: set[str] = set()
        for name in OPERATIONS[service].split():
            part, full = (operation_model(one, service, name) for one in (parts, whole()))
            for side in ("input_shape", "output_shape"):
                one, other = getattr(part, side), getattr(full, side)
                assert (one is None) == (other is None)
                assert not (one and list(alike(one, other, seen)))
            assert part.metadata == full.metadata
            assert (part.http, part.auth_type) == (full.http, full.auth_type)
            assert [one.name for one in part.error_shapes] == [
                one.name for one in full.error_shapes
            ]
            assert pages.get(name) == every_page.get(name)


def test_every_operation_that_the_code_names_has_a_part() -> None:
    services = set(Models([BUILT_IN], None).list_available_services(SERVICE)) & set(called())
    missing = {
        service: sorted(
            called()[service] - {xform_name(name) for name in OPERATIONS[service].split()}
        )
        for service in services & set(OPERATIONS)
    }
    assert not {service: names for service, names in missing.items() if names}
    assert services - set(OPERATIONS) == {"s3", "sts"}


def test_the_list_of_endpoints_leads_to_the_same_addresses(tmp_path: Path) -> None:
    parts = Models([BUILT_IN], Store(tmp_path / "models", "key"))
    part, full = (EndpointResolver(one.load_data(LIST)) for one in (parts, whole()))
    assert part.get_available_partitions() == full.get_available_partitions()
    regions = [*full.get_available_endpoints("ecs"), "us-gov-west-1", "cn-north-1", "eu-xyz-9"]
    for name in ENDPOINTS.split():
        for region in regions:
            assert part.construct_endpoint(name, region) == full.construct_endpoint(name, region)
            assert part.get_partition_for_region("us-gov-west-1") == "aws-us-gov"


def kept(folder: Path) -> Models:
    return Models([BUILT_IN], Store(folder, "key"))


def test_a_part_is_made_once_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "models"
    made = kept(folder).load_service_model("kms", SERVICE)
    assert set(made["operations"]) == set(OPERATIONS["kms"].split())
    (path,) = folder.iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == ("kms.json", 0o600)
    assert folder.stat().st_mode & 0o777 == 0o700
    before = path.stat().st_mtime_ns
    assert kept(folder).load_service_model("kms", SERVICE) == made
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"key\n{}", "key é\n{}".encode(), b"\xff\n", b"x" * 100],
    ids=["empty", "no head", "no digest", "no ASCII", "bytes", "a line"],
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "models"
    made = kept(folder).load_service_model("kms", SERVICE)
    path = folder / "kms.json"
    whole_text = path.read_bytes()
    for text in (content, whole_text[:-1], whole_text.replace(b"DescribeKey", b"DescribeKez")):
        path.write_bytes(text)
        assert kept(folder).load_service_model("kms", SERVICE) == made
        assert path.read_bytes() == whole_text


def test_the_file_of_another_version_is_made_anew(tmp_path: Path) -> None:
    store, other = Store(tmp_path / "models", "1.44 1"), Store(tmp_path / "models", "1.45 1")
    store.write("kms", {"a": 1})
    assert (store.read("kms"), other.read("kms")) == ({"a": 1}, None)
    other.write("kms", {"b": 1})
    assert (store.read("kms"), other.read("kms")) == (None, {"b": 1})


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    kept(folder).load_service_model("kms", SERVICE)
    store = Store(folder, "key")
    folder.chmod(0o770)
    assert store.read("kms") is None
    before = (folder / "kms.json").stat().st_mtime_ns
    assert kept(folder).load_service_model("kms", SERVICE)["operations"]
    assert (folder / "kms.json").stat().st_mtime_ns == before
    folder.chmod(0o700)
    (tmp_path / "link").symlink_to(folder)
    assert Store(tmp_path / "link", "key").read("kms") is None


def test_what_cannot_be_kept_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "models", Path("/proc/none/models")):
        assert kept(folder).load_service_model("kms", SERVICE)["operations"]
    (tmp_path / "models").mkdir(mode=0o700)
    (tmp_path / "models" / "kms.json").mkdir()
    assert kept(tmp_path / "models").load_service_model("kms", SERVICE)["operations"]


def test_models_of_the_user_are_read_whole(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    store = Store(tmp_path / "models", "key")
    found = Models([str(tmp_path / "own"), BUILT_IN], store).load_service_model("kms", SERVICE)
    assert "CreateKey" in found["operations"]
    assert not (tmp_path / "models").exists()
    absent = Models([str(tmp_path / "none"), BUILT_IN], store)
    assert "CreateKey" not in absent.load_service_model("kms", SERVICE)["operations"]


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"ECSCLI_CACHE": "off", "HOME": "/home/me"}, None),
        ({"ECSCLI_CACHE": "/c", "HOME": "/home/me"}, "/c"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/home/me"}, "/x/ecscli"),
        ({"XDG_CACHE_HOME": "x", "HOME": "/home/me"}, "/home/me/.cache/ecscli"),
        ({"HOME": "/home/me"}, "/home/me/.cache/ecscli"),
        ({}, None),
    ],
)
def test_where_caches_are(variables: dict[str, str], folder: str | None) -> None:
    assert cache_folder(variables) == (folder and Path(folder))
    assert (store_of(variables) is None) == (folder is None)


def test_an_operation_without_a_part_comes_from_the_whole_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in os.environ:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ECSCLI_CACHE", str(tmp_path))
    aws = Aws(resolve(Flags(region="us-east-1", sandbox_url="http://127.0.0.1:9"), {}))
    assert not hasattr(aws.client("kms"), "list_aliases")
    assert hasattr(aws._client_with("kms", "list_aliases"), "list_aliases")
    assert hasattr(aws.client("kms"), "list_aliases")


def test_clients_of_parts_know_the_same_errors(tmp_path: Path) -> None:
    session = Session()
    session.register_component(
        "data_loader", Models([BUILT_IN], store_of({"HOME": "/nonexistent"}))
    )
    found = session.create_client(
        "ecs", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    assert found.exceptions.ClusterNotFoundException
    assert found.can_paginate("list_tasks")
