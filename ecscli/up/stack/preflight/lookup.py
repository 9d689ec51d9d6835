"""PURE: the rows of a Describe call and what is looked for in them -> an id, or a finding that
explains why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.keys.lookups import VpcResource

Row = Document
MOST_NAMED = 8


def vpcs(rows: Sequence[Row], wanted: VpcResource) -> str | Finding:
    """The id of a VPC by id, by its Name tag or by a tag."""
    return _find(rows, wanted, "VpcId", "VPC", "")


def subnets(rows: Sequence[Row], wanted: VpcResource, vpc: str) -> str | Finding:
    """The id of a subnet of that VPC."""
    return _find(rows, wanted, "SubnetId", "subnet", f" in {vpc}")


def groups(rows: Sequence[Row], wanted: VpcResource, vpc: str) -> str | Finding:
    """The id of a security group of that VPC, by group name too."""
    return _find(rows, wanted, "GroupId", "security group", f" in {vpc}")


def _find(
    rows: Sequence[Row], wanted: VpcResource, key: str, kind: str, place: str
) -> str | Finding:
    fits = _matcher(wanted, key)
    found = [str(row[key]) for row in rows if fits(row)]
    if len(found) == 1:
        return found[0]
    where = str(wanted.where) if wanted.where else None
    if found:
        message = f"{len(found)} {kind}s{place} are called {wanted}: {', '.join(found)}"
        return Finding(message, where, "name one by its id")
    return Finding(f"there is no {kind} {wanted}{place}", where, _near(rows, key))


def _near(rows: Sequence[Row], key: str) -> str | None:
    """A hint with what there is instead."""
    names = ", ".join(_called(row, key) for row in rows[:MOST_NAMED])
    return f"it may be one of: {names}" if names else None


def _matcher(wanted: VpcResource, key: str) -> Callable[[Row], bool]:
    if wanted.id:
        return lambda row: row[key] == wanted.id
    if wanted.tag:
        name, value = wanted.tag
        return lambda row: _tags(row).get(name) == value
    return lambda row: wanted.name in (_tags(row).get("Name"), row.get("GroupName"))


def _tags(row: Row) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}


def _called(row: Row, key: str) -> str:
    name = _tags(row).get("Name") or row.get("GroupName")
    return f"{row[key]} ({name})" if name else str(row[key])
