"""READS only: what the spec names must exist and fit, before anything is made; all that does not is
told at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ecscli.aws.client import Aws
from ecscli.aws.errors import denied
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AccessError, AwsError, EcsCliError, Finding, InputError
from ecscli.base.records import field, mutable, record, replace
from ecscli.cluster.model import MY_IP, ClusterSpec, Existing
from ecscli.cluster.read import exposure
from ecscli.up.stack.preflight import lookup

CHECKIP = "https://checkip.amazonaws.com"
VPC_QUOTA = ("vpc", "L-F678F1CE")
LONG_ARNS = "containerInstanceLongArnFormat"
Row = Document


@mutable
class Answers:
    """What the reads found out: ids, what is wrong, what is worth saying."""

    vpc: str | None = None
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    my_ip: str | None = None
    root_device: str | None = None
    tag_instances: bool = True
    full: Finding | None = None
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def refuse(self, message: str, where: Any = None, hint: str | None = None) -> None:
        self.findings.append(Finding(message, where, hint))


@record
class Checked:
    """A spec that can be made, the ids of what it names, notices and facts; `full` stands against a
    new network."""

    spec: ClusterSpec
    existing: Existing
    full: Finding | None = None
    notices: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()


Check = Callable[[Aws, ClusterSpec, Answers], None]


def check(aws: Aws, spec: ClusterSpec) -> Checked:
    """Read, side by side, everything that the spec depends on.

    Raises AccessError for credentials of another account, InputError with every other finding.
    """
    answers = [Answers() for _ in CHECKS]
    aws.together(
        *[_thunk(one, aws, spec, answer) for one, answer in zip(CHECKS, answers, strict=True)]
    )
    findings = [finding for answer in answers for finding in answer.findings]
    if findings:
        raise InputError.of(findings)
    of = dict(zip(CHECKS, answers, strict=True))
    if spec.capacity and not of[_long_arns].tag_instances:
        spec = replace(spec, capacity=replace(spec.capacity, tag_instances=False))
    network = of[_network]
    found = Existing(
        network.vpc, network.subnets, network.groups, of[_my_ip].my_ip, of[_image].root_device
    )
    notices = tuple(notice for answer in answers for notice in answer.notices)
    return Checked(
        spec, found, of[_room].full, notices, (*of[_image].facts, *exposure.facts(spec.network))
    )


def attempt(aws: Aws, spec: ClusterSpec) -> Checked | EcsCliError:
    """What `check` gives or raises: for a check beside other reads, which may show that another
    spec counts."""
    try:
        return check(aws, spec)
    except EcsCliError as error:
        return error


def _thunk(one: Check, aws: Aws, spec: ClusterSpec, answer: Answers) -> Callable[[], None]:
    return lambda: one(aws, spec, answer)


def need_account(aws: Aws, account: str, where: Any = None) -> None:
    """Raise AccessError where the credentials are not those of the account."""
    if aws.account() != account:
        raise AccessError(
            f"the infra file is for account {account}, and your credentials are of account"
            f" {aws.account()}",
            where,
            "choose other credentials, with --aws-profile for example",
        )


def _account(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    if spec.account:
        need_account(aws, spec.account, spec.place("account"))


# ---------------------------------------------------------------------------------------- instances


def _types(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """Each instance type is offered in the region and, where zones are named, in one of them at
    least."""
    capacity, zones = spec.capacity, spec.network.zones
    if capacity is None:
        return
    filters = [{"Name": "instance-type", "Values": list(capacity.types)}]
    kind = "availability-zone" if zones else "region"
    rows = aws.pages(
        "ec2",
        "describe_instance_type_offerings",
        "InstanceTypeOfferings",
        LocationType=kind,
        Filters=filters,
    )
    offered = {row["InstanceType"] for row in rows if not zones or row["Location"] in zones}
    for name in capacity.types:
        if name not in offered:
            place = f"zones {', '.join(zones)}" if zones else f"region {aws.region}"
            hint = (
                "`aws ec2 describe-instance-type-offerings` lists them; t3.micro and t4g.micro are"
                " nearly everywhere"
            )
            answer.refuse(
                f"instance type {name} is not offered in {place}",
                spec.place("capacity", "instance-types"),
                hint,
            )


def _key_pair(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    capacity = spec.capacity
    if capacity is None:
        return
    if not capacity.key_pair:
        message = "no key pair: you will not be able to log in to the instances by SSH"
        hint = (
            None
            if capacity.session_manager
            else "Session Manager needs none: capacity.session-manager"
        )
        answer.notices.append(Finding(message, hint=hint))
        return
    try:
        aws.call("ec2", "describe_key_pairs", KeyNames=[capacity.key_pair])
    except AwsError as error:
        if error.code != "InvalidKeyPair.NotFound":
            raise
        hint = f"`aws ec2 create-key-pair --key-name {capacity.key_pair}` makes one"
        answer.refuse(
            f"there is no key pair {capacity.key_pair} in {aws.region}",
            spec.place("capacity", "key-pair"),
            hint,
        )


def _role(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    role = spec.capacity.instance_role if spec.capacity else None
    if not role:
        return
    try:
        aws.call("iam", "get_role", RoleName=role)
    except AwsError as error:
        if error.code != "NoSuchEntity":
            raise
        answer.refuse(
            f"there is no IAM role {role}",
            spec.place("capacity", "instance-role"),
            "the name alone",
        )


def _image(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The image exists and is made for the processors of the instance types."""
    if spec.capacity is None:
        return
    image = spec.capacity.image
    id_ = _parameter(aws, spec, image.parameter, answer) if image.parameter else image.id
    if id_ is None or image.is_of_ecs:
        return
    try:
        images = aws.call("ec2", "describe_images", ImageIds=[id_])["Images"]
    except AwsError as error:
        if not error.code.startswith("InvalidAMIID"):
            raise
        images = []
    if not images:
        hint = (
            "image ids differ from region to region; leave it out for the newest Amazon Linux 2023"
        )
        answer.refuse(
            f"there is no image {id_} in {aws.region}", spec.place("capacity", "ami"), hint
        )
        return
    answer.root_device = images[0].get("RootDeviceName")
    if images[0].get("Architecture", image.architecture) != image.architecture:
        made_for, types = images[0]["Architecture"], ", ".join(spec.capacity.types)
        message = f"image {id_} is for {made_for}, and {types} is {image.architecture}"
        answer.refuse(message, spec.place("capacity", "ami"))


def _parameter(aws: Aws, spec: ClusterSpec, name: str, answer: Answers) -> str | None:
    """The image that the SSM parameter holds; of ECS's own images the parameter beside it says what
    is in them."""
    parent = name.removesuffix("/image_id")
    names = [name] if parent == name else [name, parent]
    rows = aws.call("ssm", "get_parameters", Names=names)["Parameters"]
    values = {row["Name"]: row["Value"] for row in rows}
    if name not in values:
        hint = "name an image of your own with --image-id"
        message = f"there is no SSM parameter {name} in {aws.region}, so no image to start from"
        answer.refuse(message, spec.place("capacity", "ami"), hint)
    elif about := _about_image(values.get(parent, "")):
        line = (
            "Using recommended {os} image with ECS agent {ecs_agent_version} and"
            " {ecs_runtime_version}"
        )
        answer.facts.append(line.format_map({**UNKNOWN, **about}))
    return values.get(name)


def _about_image(text: str) -> Draft:
    """What AWS says of its image, as a JSON object; nothing where another endpoint holds something
    else there."""
    try:
        about = json.loads(text)
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}


UNKNOWN = {"os": "Linux", "ecs_agent_version": "(unknown)", "ecs_runtime_version": "Docker"}


def _long_arns(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """Container instances take tags only where their ARNs are long, as they are for all but old
    opt-outs."""
    if spec.capacity is None or not spec.tags or not spec.capacity.tag_instances:
        return
    rows = aws.call("ecs", "list_account_settings", name=LONG_ARNS, effectiveSettings=True).get(
        "settings", ()
    )
    if any(row["value"] != "enabled" for row in rows):
        answer.tag_instances = False
        message = f"container instances get no tags: {LONG_ARNS} is off for your identity"
        answer.notices.append(
            Finding(message, hint=f"aws ecs put-account-setting-default --name {LONG_ARNS}")
        )


# ------------------------------------------------------------------------------------------ network


def _network(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The VPC, its subnets and groups, as ids; each must be in the VPC."""
    network = spec.network
    if network.vpc is None:
        return
    vpcs = aws.pages("ec2", "describe_vpcs", "Vpcs")
    answer.vpc = _one(lookup.vpcs(list(vpcs), network.vpc), answer)
    if answer.vpc is None:
        return
    inside = [{"Name": "vpc-id", "Values": [answer.vpc]}]
    subnets, groups = aws.together(
        lambda: list(aws.pages("ec2", "describe_subnets", "Subnets", Filters=inside)),
        lambda: list(
            aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=inside)
        ),
    )
    answer.subnets = _all(
        (lookup.subnets(subnets, one, answer.vpc) for one in network.subnets), answer
    )
    answer.groups = _all((lookup.groups(groups, one, answer.vpc) for one in network.groups), answer)


def _one(result: str | Finding, answer: Answers) -> str | None:
    if isinstance(result, str):
        return result
    answer.findings.append(result)
    return None


def _all(results: Iterable[str | Finding], answer: Answers) -> tuple[str, ...]:
    return tuple(found for found in (_one(result, answer) for result in results) if found)


def _zones(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The zones exist, and are enough for the subnets."""
    network = spec.network
    if network.vpc is not None:
        return
    known = aws.call("ec2", "describe_availability_zones")["AvailabilityZones"]
    usable = [row["ZoneName"] for row in known if row.get("State") == "available"]
    for zone in network.zones:
        if zone not in usable:
            answer.refuse(
                f"there is no zone {zone} in {aws.region}",
                spec.place("network", "zones"),
                f"zones: {', '.join(usable)}",
            )
    if not network.zones and len(network.public) > len(usable):
        message = (
            f"{len(network.public)} subnets are wanted, and {aws.region} has {len(usable)} zones"
        )
        answer.refuse(
            message,
            spec.place("network", "subnets"),
            "fewer subnets, or name the zones to use several times",
        )


def _room(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The account has room for one more VPC. Credentials that may not ask for quotas find out
    later."""
    if spec.network.vpc is not None:
        return
    try:
        quota = aws.call(
            "service-quotas", "get_service_quota", ServiceCode=VPC_QUOTA[0], QuotaCode=VPC_QUOTA[1]
        )
        most = int(quota["Quota"]["Value"])
    except AccessError as error:
        if not denied(error):
            raise
        return
    except EcsCliError:
        return
    count = sum(1 for _ in aws.pages("ec2", "describe_vpcs", "Vpcs"))
    if count >= most:
        hint = (
            "use an existing VPC (network.vpc, --vpc and --subnets), or ask for a larger quota in"
            " Service Quotas"
        )
        answer.full = Finding(
            f"the account has {count} VPCs in {aws.region} and may have {most}", None, hint
        )


def _my_ip(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    if any(rule.source == MY_IP for rule in spec.network.ingress):
        answer.my_ip = "127.0.0.1/32" if aws.settings.sandbox_url else f"{own_address()}/32"


def own_address() -> str:
    """This machine's address as the internet sees it. Raises EcsCliError where it cannot be found
    out."""
    import ipaddress
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(CHECKIP, timeout=10) as answer:
            return str(ipaddress.IPv4Address(answer.read(64).decode().strip()))
    except (URLError, OSError, ValueError) as error:
        hint = "write the address range instead of my-ip"
        raise EcsCliError(
            f"this machine's address cannot be found out: {error}", CHECKIP, hint
        ) from None


CHECKS: Sequence[Check] = (
    _account,
    _types,
    _key_pair,
    _role,
    _image,
    _long_arns,
    _network,
    _zones,
    _room,
    _my_ip,
)
