"""ecs-cluster.yml -> its tree with marks, checked by the table of its keys, with user data files
read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.keys.shapes import Reading
from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.records import record
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable, may_be_file, read_file
from ecscli.base.yaml import composer, yamlio
from ecscli.base.yaml.scalars import source_text
from ecscli.cluster.read import instances
from ecscli.cluster.read.keys import CLUSTER
from ecscli.cluster.read.required_version import check_version
from ecscli.cluster.template import userdata

FILE = "ecs-cluster.yml"


def load(path: Path, shown: str, within: Confinement = UNCONFINED, *, named: bool = False) -> Map:
    """The document in a file, checked by the table of its keys, with user data files read.

    `named`: the user's own words name the file, which may then lie outside of a confined project.
    Raises InputError with every finding.
    """
    try:
        text = read_file(str(path), shown, composer.LIMITS.size, within, named=named)
    except Unreadable as error:
        if not error.missing:
            raise
        raise InputError(
            "there is no such file", shown, "name the infra file with --cluster-file"
        ) from None
    tree = yamlio.parse(text, shown)
    if tree is None:
        raise InputError(
            "the file is empty", shown, "see `ecscli schema cluster` for what it may say"
        )
    if isinstance(tree, Map):
        check_version(tree)
    reading = Reading(tree, strict=True)
    reading.read(CLUSTER, tree)
    reading.findings.raise_errors()
    return read_user_data(tree, path.parent, within)


@record
class ClusterIdentity:
    """Which cluster a file is about, for the commands that need to know no more."""

    cluster: str | None = None
    region: str | None = None
    launch_type: str | None = None
    account: str | None = None
    capability_iam: bool = False
    architecture: str | None = None  # of the instances, x86_64 or arm64


def identity(directory: Path, within: Confinement = UNCONFINED) -> ClusterIdentity:
    """The cluster that ``ecs-cluster.yml`` in this directory is about; empty where there is none.
    Raises InputError."""
    path = str(directory / FILE)
    if not may_be_file(path):
        return ClusterIdentity()
    tree = yamlio.parse(read_file(path, FILE, composer.LIMITS.size, within), FILE)
    values = tree if isinstance(tree, Map) else Map()
    check_version(values)
    findings = [*_no_words(values, ("cluster", "region", "launch-type"), (str,))]
    findings += _no_words(values, ("account",), (str, int))
    if findings:
        raise InputError.of(findings)
    account = values.get("account")
    return ClusterIdentity(
        cluster=values.get("cluster"),
        region=values.get("region"),
        launch_type=values.get("launch-type"),
        account=None if account is None else account_id(account),
        capability_iam=values.get("capability-iam") is True,
        architecture=_architecture(values.get("capacity")),
    )


def _architecture(capacity: object) -> str | None:
    """The architecture of the instances; None where there are none, or it cannot be read."""
    values = capacity if isinstance(capacity, Map) else Map()
    types = values.get("instance-types")
    first = types[0] if isinstance(types, list) and types else types
    if isinstance(first, str):
        return instances.architecture(first)
    wanted = values.get("architecture")
    return wanted if wanted in instances.ARCHITECTURES else None


def account_id(written: str | int) -> str:
    """The twelve digits of an account id, which may be written without quotes."""
    text = written if isinstance(written, str) else source_text(written)
    return text.zfill(12)


def _no_words(values: Map, keys: tuple[str, ...], kinds: tuple[type, ...]) -> Iterator[Finding]:
    """The keys that hold something else than these kinds of scalars."""
    for key in keys:
        value = values.get(key)
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            yield Finding(
                f"{key}: must be text",
                values.values_at.get(key),
                "`ecscli schema cluster` describes it",
            )


def read_user_data(
    tree: Map, directory: Path, within: Confinement = UNCONFINED, *, named: bool = False
) -> Map:
    """The document with each user data file, relative to `directory`, replaced by its contents."""
    entries = (tree.get("capacity") or {}).get("user-data") or []
    findings, size = FindingList(), 0  # what all files take of the user data's limit
    for index, entry in enumerate(entries):
        if not isinstance(entry, str):
            continue
        path, limit = str(directory / entry), userdata.LIMIT - size
        try:
            content = read_file(path, entry, limit, within, named=named)
            entries[index] = {"name": entry, "content": content.decode().replace("\r\n", "\n")}
            size += len(content)
        except (Unreadable, UnicodeDecodeError) as error:
            findings.append(_user_data_finding(entry, error, _place(entries, index)))
    if findings:
        raise InputError.of(findings.counted())
    return tree


def _place(entries: object, index: int) -> Mark | None:
    """Where an entry was read; those of flags have no place."""
    if isinstance(entries, Seq) and entries.values_at:
        return entries.values_at[index]
    return None


def _user_data_finding(
    entry: str, error: Unreadable | UnicodeDecodeError, place: Mark | None
) -> Finding:
    if isinstance(error, Unreadable) and not error.missing:
        return Finding(f"user data: {error.message}", place, error.hint)
    reason = (
        "No such file or directory" if isinstance(error, Unreadable) else "it is not UTF-8 text"
    )
    return Finding(f"user data file {entry} cannot be read: {reason}", place)
