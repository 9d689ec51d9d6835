"""What CloudFormation knows about one type of resource, and the site where a resource of it is
made."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ecscli.sandbox.shapes import Json

#: What the codes of errors about things that do not exist have in common.
GONE_CODES = ("NotFound", "NoSuch", "Missing", "Unknown")
#: Codes that are also used for other errors, and the words that the messages have then.
VAGUE_CODES = (
    "ClientException",
    "InvalidParameterException",
    "ServiceNotActiveException",
    "ValidationError",
    "ValidationException",
)
GONE_WORDS = (
    "not found",
    "not exist",
    "no scalable target",
    "no scaling policy",
    "was not active",
    "unable to describe",
)
SUFFIX = string.ascii_uppercase + string.digits


class Made(NamedTuple):
    """A resource that exists: its physical id (what Ref gives) and its attributes (what Fn::GetAtt
    gives)."""

    id: str
    attributes: Json = {}


@dataclass(frozen=True, slots=True)
class Site:
    """Where one resource is made: the stack, its logical id, and boto3 clients of the region."""

    client: Callable[[str], Any]
    stack: str
    stack_id: str
    logical_id: str
    account: str
    region: str
    tags: tuple[tuple[str, str], ...] = ()

    def name(self, properties: Json, key: str, longest: int = 128) -> str:
        """The name that the template gives, or one made of stack and logical id."""
        if properties.get(key):
            return str(properties[key])
        suffix = "".join(secrets.choice(SUFFIX) for _ in range(12))
        return f"{f'{self.stack}-{self.logical_id}'[: longest - 13]}-{suffix}"

    def all_tags(self, properties: Json) -> list[Json]:
        """The resource's tags, those of the stack, and CloudFormation's own (which no API lets
        others set)."""
        own = properties.get("Tags") or []
        named = (
            {one["Key"]: str(one["Value"]) for one in own} if isinstance(own, list) else dict(own)
        )
        return [{"Key": key, "Value": value} for key, value in {**dict(self.tags), **named}.items()]


Create = Callable[[Site, Json], Made]
Update = Callable[[Site, Made, Json, Json], Made]
Delete = Callable[[Site, Made, Json], None]
Left = Callable[[Site, Made], bool]
Stable = Callable[[Site, Made, Json], Made | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource type. `fixed`: properties, or `Property.Member`, whose change needs a new
    resource (None: all of them)."""

    type: str
    create: Create
    delete: Delete
    update: Update | None = None
    fixed: frozenset[str] | None = None
    # attributes that an update in place changes
    moving: frozenset[str] = field(default_factory=frozenset)
    # properties that moto has no use for
    ignored: frozenset[str] = field(default_factory=frozenset)
    iam: bool = False
    # the resource with these properties once it is stable, None while it is not; its error fails
    # the stack
    stable: Stable | None = None
    # whether a deleted resource has gone, for those that take a while; its error fails the deletion
    left: Left | None = None

    def replaces(self, prop: str, old: Json, new: Json) -> bool:
        """Whether the change of a property from the old to the new properties needs a new
        resource."""
        if self.update is None or self.fixed is None or prop in self.fixed:
            return True
        inner = [name.split(".")[1] for name in self.fixed if name.startswith(f"{prop}.")]
        before, after = old.get(prop) or {}, new.get(prop) or {}
        return any(before.get(name) != after.get(name) for name in inner)


def call_tags(tags: list[Json], resource_type: str) -> Json:
    """TagSpecifications of EC2's create calls."""
    return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": tags}]} if tags else {}


def lower_tags(tags: list[Json]) -> list[Json]:
    return [{"key": one["Key"], "value": one["Value"]} for one in tags]


def truth(value: object) -> bool:
    return str(value).lower() == "true"


def without(properties: Json, *names: str) -> Json:
    return {name: value for name, value in properties.items() if name not in names}


def gone(error: Exception) -> bool:
    """Whether an error means that the thing no longer exists."""
    details = getattr(error, "response", {}).get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", "")).lower()
    if any(word in code for word in GONE_CODES):
        return True
    return code in VAGUE_CODES and any(words in message for words in GONE_WORDS)


def without_fail(action: Callable[..., object], **request: object) -> None:
    """Make a call that removes something; what is gone already is no failure."""
    try:
        action(**request)
    except Exception as error:
        if not gone(error):
            raise


def retag_ec2(site: Site, made: Made, old: Json, new: Json) -> None:
    """Bring the tags of an EC2 resource from the old to the new properties."""
    ec2 = site.client("ec2")
    before, after = site.all_tags(old), site.all_tags(new)
    removed = [
        {"Key": one["Key"]} for one in before if one["Key"] not in {tag["Key"] for tag in after}
    ]
    if removed:
        ec2.delete_tags(Resources=[made.id], Tags=removed)
    if after:
        ec2.create_tags(Resources=[made.id], Tags=after)
