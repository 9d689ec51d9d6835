"""What ecs-cli had instead of an infra document -> that document: the flags of `up`, and the
parameters of its stacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.limits import EC2, FARGATE
from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.tags import parse_tags
from ecscli.base.units import problem_of_count
from ecscli.cluster.model import ANYWHERE
from ecscli.cluster.read.network import rule_of
from ecscli.cluster.read.section import named
from ecscli.cluster.template import userdata

GivenFlags = Document
Path = tuple[str, ...]


class UnreadableDocument(ValueError):
    """A flag's value that cannot be read: the message and what to write instead."""


def _text(value: str) -> str:
    return value


def _number(value: str) -> int:
    problem = problem_of_count(value)
    if problem:
        raise UnreadableDocument(problem, "give a number of instances, such as 2")
    return int(value)


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _price(value: str) -> object:
    return {"max-price": value}


def _image(value: str) -> str:
    return value.removeprefix("resolve:") if value.startswith("resolve:ssm:") else value


# flag, the key that it sets, how its value is read
ROWS: tuple[tuple[str, Path, Callable[[str], object]], ...] = (
    ("--instance-role", ("capacity", "instance-role"), _text),
    ("--keypair", ("capacity", "key-pair"), _text),
    ("--instance-type", ("capacity", "instance-types"), _text),
    ("--spot-price", ("capacity", "spot"), _price),
    ("--image-id", ("capacity", "ami"), _image),
    ("--size", ("capacity", "size"), _number),
    ("--azs", ("network", "zones"), _words),
    ("--security-group", ("network", "security-groups"), _words),
    ("--subnets", ("network", "subnets"), _words),
    ("--vpc", ("network", "vpc"), _text),
)


def overlay(tree: Document, flags: GivenFlags) -> Map:
    """The document with the flags laid over it; `flags` maps ``--name`` to its value, None or
    empty: not given.

    Raises InputError with every flag that cannot be read.
    """
    result = copy_map(tree)
    findings = list(_values(result, flags))
    _switches(result, flags)
    _ingress(result, flags)
    pairs, tag_findings = parse_tags(flags.get("--tags"))
    for name, value in pairs:
        put(result, ("tags", name), value, named("--tags"))
    findings += tag_findings
    if findings:
        raise InputError.of(findings)
    return result


def _values(tree: Map, flags: GivenFlags) -> Iterator[Finding]:
    """Set the keys of ROWS; findings about values that cannot be read."""
    for flag, path, read in ROWS:
        if not flags.get(flag):
            continue
        try:
            put(tree, path, read(flags[flag]), named(flag))
        except UnreadableDocument as error:
            message, hint = error.args
            yield Finding(message, flag, hint)


def _switches(tree: Map, flags: GivenFlags) -> None:
    if flags.get("--capability-iam"):
        put(tree, ("capability-iam",), True, named("--capability-iam"))
    if flags.get("--no-associate-public-ip-address"):
        put(tree, ("capacity", "public-ip"), False, named("--no-associate-public-ip-address"))
    if flags.get("--no-security-group"):
        put(tree, ("network", "security-group"), False, named("--no-security-group"))
    if flags.get("--extra-user-data"):
        place = named("--extra-user-data")
        put(tree, ("capacity", "user-data"), list(flags["--extra-user-data"]), place)
    if flags.get("--size"):
        for other in ("min", "desired", "max"):
            (tree.get("capacity") or {}).pop(other, None)


def _ingress(tree: Map, flags: GivenFlags) -> None:
    """Each ``--port`` is a rule, and ``--cidr`` that of all; where only one of the two is given,
    the file's first rule completes it."""
    ports, cidr = flags.get("--port"), flags.get("--cidr")
    if not ports and not cidr:
        return
    rules = (tree.get("network") or {}).get("ingress") or [{}]
    first = {"port": 80, "cidr": ANYWHERE, **rule_of(rules[0])}
    made = [{"port": port, "cidr": cidr or first["cidr"]} for port in ports or (first["port"],)]
    put(tree, ("network", "ingress"), made, named("--port" if ports else "--cidr"))


def copy_map(tree: Document) -> Map:
    """The tree again, with its marks, so that the first one stays as it is."""
    found = Map({key: _copy(value) for key, value in tree.items()}, getattr(tree, "mark", None))
    if isinstance(tree, Map):
        found.keys_at, found.values_at = dict(tree.keys_at), dict(tree.values_at)
    return found


def _copy(tree: object) -> object:
    if isinstance(tree, Mapping):
        return copy_map(tree)
    if not isinstance(tree, list):
        return tree
    items = Seq([_copy(value) for value in tree], getattr(tree, "mark", None))
    items.values_at = list(getattr(tree, "values_at", ()))
    return items


def put(tree: Map, path: Path, value: object, place: Mark) -> None:
    """Set the value at `path`, with its place, creating the mappings on the way."""
    *parents, last = path
    for key in parents:
        if not isinstance(tree.get(key), Map):
            tree[key] = Map((), place)
            tree.keys_at[key] = place
        tree = tree[key]
    tree[last] = marked(value, place)
    tree.keys_at[last] = tree.values_at[last] = place


def marked(value: object, place: Mark) -> object:
    """Plain data as a tree in which `place` is the place of everything."""
    if isinstance(value, Mapping):
        result = Map({key: marked(child, place) for key, child in value.items()}, place)
        result.keys_at = dict.fromkeys(result, place)
        result.values_at = dict.fromkeys(result, place)
        return result
    if isinstance(value, list):
        items = Seq([marked(child, place) for child in value], place)
        items.values_at = [place] * len(items)
        return items
    return value


# parameter of a stack of ecs-cli, the key that it stands for, how its value is read
PARAMETERS: tuple[tuple[str, Path, Callable[[str], object]], ...] = (
    ("EcsInstanceType", ("capacity", "instance-types"), _text),
    ("KeyName", ("capacity", "key-pair"), _text),
    ("InstanceRole", ("capacity", "instance-role"), _text),
    ("SpotPrice", ("capacity", "spot"), _price),
    ("VpcId", ("network", "vpc"), _text),
    ("SubnetIds", ("network", "subnets"), _words),
    ("SecurityGroupIds", ("network", "security-groups"), _words),
    ("VpcAvailabilityZones", ("network", "zones"), _words),
)
OF_INSTANCES = "capacity"
STACK = named("the stack")


def from_stack(parameters: Mapping[str, str], tags: Mapping[str, str]) -> Map:
    """The document of a cluster that ecs-cli made, from its stack's parameters and tags.

    Its image is left behind, so that the newest takes its place; its size stays with the stack.
    """
    tree, fargate = Map(), parameters.get("IsFargate") == "true"
    put(tree, ("launch-type",), FARGATE if fargate else EC2, STACK)
    for name, path, read in PARAMETERS:
        value = parameters.get(name, "")
        if value and not _is_unused(name, path, value, fargate):
            put(tree, path, read(value), STACK)
    if not fargate:
        _instances_of(tree, parameters)
    if not parameters.get("SecurityGroupIds"):
        port, cidr = parameters.get("EcsPort", "80"), parameters.get("SourceCidr", ANYWHERE)
        put(tree, ("network", "ingress"), [{"port": port, "cidr": cidr}], STACK)
    if tags:
        put(tree, ("tags",), dict(tags), STACK)
    return tree


def _is_unused(name: str, path: Path, value: str, fargate: bool) -> bool:
    """Whether a parameter had no effect: those of instances on Fargate, and a Spot price of 0."""
    return (fargate and path[0] == OF_INSTANCES) or (name == "SpotPrice" and not float(value))


def _instances_of(tree: Map, parameters: Mapping[str, str]) -> None:
    if parameters.get("AssociatePublicIpAddress") == "false":
        put(tree, ("capacity", "public-ip"), False, STACK)
    if not parameters.get("InstanceRole"):
        put(tree, ("capability-iam",), True, STACK)
    extras = [
        {"name": f"part {number} of the stack's user data", "content": text}
        for number, text in enumerate(userdata.extra_parts(parameters.get("UserData", "")), 1)
    ]
    if extras:
        put(tree, ("capacity", "user-data"), extras, STACK)
