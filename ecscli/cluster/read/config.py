"""The infra document, from ecs-cluster.yml with the flags of `up` laid over it -> ClusterSpec.

All that is wrong is found in one run, each finding with the place of the key or the name of the
flag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ecscli.base import composer, scalars, schema, yamlio
from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.records import record
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable, may_be_file, read_file
from ecscli.cluster import dynamic
from ecscli.cluster.model import Capacity, ClusterSpec, ExecLogging, Fargate
from ecscli.cluster.read import capacity as capacity_rules
from ecscli.cluster.read import exposure
from ecscli.cluster.read import network as network_rules
from ecscli.cluster.read.reading import Reading
from ecscli.cluster.template import userdata

FILE = "ecs-cluster.yml"
SCHEMA = "cluster/schema/cluster.json"
LAUNCH_TYPES = ("EC2", "FARGATE")
INSIGHTS = {True: "enabled", False: "disabled"}
MOST_TAGS = 50


def load(path: Path, shown: str, within: Confinement = UNCONFINED, *, named: bool = False) -> Map:
    """The document in a file, checked against the schema, user data files read. Raises InputError.

    `named`: the user's own words name the file, which may then lie outside of a confined project.
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
    findings = schema.validate(tree, SCHEMA, shown)
    if findings:
        raise InputError.of(findings)
    return read_user_data(tree, path.parent, within)


@record
class Identity:
    """Which cluster a file is about, for the commands that need to know no more."""

    cluster: str | None = None
    region: str | None = None
    launch_type: str | None = None
    account: str | None = None


def identity(directory: Path, within: Confinement = UNCONFINED) -> Identity:
    """What ``ecs-cluster.yml`` in this directory says of that; nothing where there is none. Raises
    InputError."""
    path = str(directory / FILE)
    if not may_be_file(path):
        return Identity()
    tree = yamlio.parse(read_file(path, FILE, composer.LIMITS.size, within), FILE)
    said = tree if isinstance(tree, Map) else Map()
    findings = [*_no_words(said, ("cluster", "region", "launch-type"), (str,))]
    findings += _no_words(said, ("account",), (str, int))
    if findings:
        raise InputError.of(findings)
    account = said.get("account")
    return Identity(
        cluster=said.get("cluster"),
        region=said.get("region"),
        launch_type=said.get("launch-type"),
        account=None if account is None else str(account).zfill(12),
    )


def _no_words(said: Map, keys: tuple[str, ...], kinds: tuple[type, ...]) -> Iterator[Finding]:
    """The keys that hold something else than these kinds of scalars."""
    for key in keys:
        value = said.get(key)
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            yield Finding(
                f"{key}: must be text",
                said.values_at.get(key),
                "`ecscli schema cluster` describes it",
            )


def read_user_data(
    tree: Map, directory: Path, within: Confinement = UNCONFINED, *, named: bool = False
) -> Map:
    """The document with each user data file, relative to `directory`, replaced by its contents."""
    entries = (tree.get("capacity") or {}).get("user-data")
    if not entries:
        return tree
    findings, size = FindingList(), 0  # what all files take of the user data's limit
    for index, entry in enumerate(entries):
        if not isinstance(entry, str):
            continue
        try:
            content = read_file(
                str(directory / entry), entry, userdata.LIMIT - size, within, named=named
            )
            size += len(content)
            entries[index] = {"name": entry, "content": content.decode().replace("\r\n", "\n")}
        except (Unreadable, UnicodeDecodeError) as error:
            place = (
                entries.values_at[index] if isinstance(entries, Seq) and entries.values_at else None
            )
            findings.append(_user_data_finding(entry, error, place))
    if findings:
        raise InputError.of(findings.counted())
    return tree


def _user_data_finding(
    entry: str, error: Unreadable | UnicodeDecodeError, place: Mark | None
) -> Finding:
    if isinstance(error, Unreadable) and not error.missing:
        return Finding(f"user data: {error.message}", place, error.hint)
    reason = (
        "No such file or directory" if isinstance(error, Unreadable) else "it is not UTF-8 text"
    )
    return Finding(f"user data file {entry} cannot be read: {reason}", place)


def build(
    tree: Document, name: str, launch_type: str = "EC2", region: str | None = None
) -> ClusterSpec:
    """The cluster that the document describes; `name`, `launch_type` and `region` are the effective
    ones.

    Raises InputError with every finding.
    """
    reading = Reading(tree)
    launch_type = launch_type.upper()
    network = network_rules.network(reading.under("network"), region)
    ec2 = launch_type == "EC2"
    capacity = (
        capacity_rules.capacity(reading.under("capacity"), network)
        if ec2
        else _no_capacity(reading)
    )
    spec = ClusterSpec(
        name=name,
        launch_type=launch_type,
        region=region,
        account=_account(reading),
        capability_iam=bool(tree.get("capability-iam")),
        capacity=capacity,
        network=network,
        fargate=_fargate(reading),
        insights=_insights(reading),
        exec_logging=_exec_logging(reading),
        tags=tuple(_tags(reading)),
        document={**plain(tree), "launch-type": launch_type},
        notices=(*reading.notices, *exposure.ssh(network, tree)),
        tree=tree,
    )
    _together(reading, spec)
    _dynamic_references(reading, spec)
    if launch_type not in LAUNCH_TYPES:
        hint = (
            "EC2, FARGATE, or `ecscli up --empty` for a cluster that your own machines register"
            " with"
        )
        reading.refuse(
            f"{launch_type} is no launch type that a cluster can be made for", hint, "launch-type"
        )
    reading.done()
    return spec


def plain(tree: Any) -> Any:
    """The document as plain data, for the metadata of a template, which knows no fractions."""
    if isinstance(tree, Mapping):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    if isinstance(tree, float):
        return scalars.source_text(tree)
    return int(tree) if isinstance(tree, scalars.WrittenInt) else tree


def _no_capacity(reading: Reading) -> Capacity | None:
    """Fargate has no instances."""
    for key in reading.tree.get("capacity") or ():
        say = reading.refuse if key == "user-data" else reading.useless
        say(
            f"capacity.{key} has no meaning on Fargate",
            "leave it out, or use the launch type EC2",
            "capacity",
            key,
        )
    return None


def _account(reading: Reading) -> str | None:
    value = reading.tree.get("account")
    if value is None:
        return None
    account = str(value).zfill(12)
    if not (account.isdecimal() and len(account) == 12):
        reading.refuse(
            f'account: "{value}" is no account id', "an account id has twelve digits", "account"
        )
    return account


def _fargate(reading: Reading) -> Fargate | None:
    said = reading.tree.get("fargate")
    if said is None:
        return None
    found = Fargate(said.get("on-demand", 1), said.get("spot", 0), said.get("base", 0))
    if not found.on_demand and not found.spot:
        reading.refuse(
            "fargate: on-demand and spot are both 0", "give one of them a weight", "fargate"
        )
    return found


def _insights(reading: Reading) -> str | None:
    value = reading.tree.get("container-insights")
    return INSIGHTS[value] if isinstance(value, bool) else value


def _exec_logging(reading: Reading) -> ExecLogging | None:
    said = reading.tree.get("exec-logging")
    if said is None:
        return None
    found = ExecLogging(
        said.get("log-group"), said.get("bucket"), said.get("prefix"), said.get("kms-key")
    )
    if not found.log_group and not found.bucket:
        reading.refuse(
            "exec-logging names no place to log to", "add log-group or bucket", "exec-logging"
        )
    if found.prefix and not found.bucket:
        reading.refuse("exec-logging.prefix needs a bucket", "add bucket", "exec-logging", "prefix")
    return found


def _tags(reading: Reading) -> Iterator[tuple[str, str]]:
    tags = reading.tree.get("tags") or {}
    if len(tags) > MOST_TAGS:
        reading.refuse(f"tags: {len(tags)} tags; AWS takes {MOST_TAGS} at most", None, "tags")
    for key, value in tags.items():
        text = str(value).lower() if isinstance(value, bool) else _text(value)
        for problem in tag_problems(key, text):
            reading.refuse(f"tags.{key}: {problem}", None, "tags", key)
        yield key, text


def tag_problems(key: str, value: str) -> Iterator[str]:
    """What AWS would refuse in one tag."""
    if not key:
        yield "a tag needs a name"
    if len(key) > 128:
        yield "a tag's name has 128 characters at most"
    if len(value) > 256:
        yield "a tag's value has 256 characters at most"
    if key.lower().startswith("aws:"):
        yield "names that begin with aws: belong to AWS"


def _text(value: Any) -> str:
    return scalars.source_text(value) if isinstance(value, int | float) else str(value)


def _dynamic_references(reading: Reading, spec: ClusterSpec) -> None:
    """No text of the document is one that CloudFormation would replace; user data is kept from it
    on its way."""
    for path in dynamic.references(reading.tree):
        if not _is_user_data(path):
            reading.refuse(f"{'.'.join(map(str, path))}: {dynamic.MESSAGE}", dynamic.HINT, *path)
    if dynamic.has_reference(spec.name):
        reading.refuse(f"the cluster's name: {dynamic.MESSAGE}", dynamic.HINT, "cluster")


def _is_user_data(path: dynamic.Path) -> bool:
    return path[:2] == ("capacity", "user-data") and path[-1] == "content"


def _together(reading: Reading, spec: ClusterSpec) -> None:
    """What is wrong only in combination."""
    capacity = spec.capacity
    if capacity and capacity.instance_role and spec.capability_iam:
        reading.refuse(
            "an instance role is given, so no role is made, and capability-iam agrees to"
            " making one",
            "use --instance-role or --capability-iam, not both",
            *("capacity", "instance-role"),
        )
