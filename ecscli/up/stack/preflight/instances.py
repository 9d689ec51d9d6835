"""READS only: whether what the instances of a cluster need exists: types, key pair, role, image."""

from __future__ import annotations

import json
import shlex
from pathlib import PurePath

from ecscli.aws.client import Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, Finding
from ecscli.cluster.model import Capacity, ClusterSpec
from ecscli.up.preflight.reading import found
from ecscli.up.stack.preflight.answers import Answers

MOST_NAMED = 8
TYPES_ALONE = "--query 'InstanceTypeOfferings[].InstanceType' --output text"
LONG_ARNS = "containerInstanceLongArnFormat"
ABOUT_IMAGE = (
    "Using recommended {os} image with ECS agent {ecs_agent_version} and {ecs_runtime_version}"
)
UNKNOWN = {"os": "Linux", "ecs_agent_version": "(unknown)", "ecs_runtime_version": "Docker"}


def check_types(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """Each instance type is offered in the region and, where zones are named, in one of them at
    least."""
    if spec.capacity is None:
        return
    zones, offered = spec.network.zones, _offered_types(aws, spec, spec.capacity)
    place = f"zones {', '.join(zones)}" if zones else f"region {aws.region}"
    for name in spec.capacity.types:
        if name not in offered:
            answer.error(
                f"instance type {name} is not offered in {place}",
                spec.place("capacity", "instance-types"),
                "t3.micro and t4g.micro are available nearly everywhere; all are listed by"
                f" `{aws.command(f'ec2 describe-instance-type-offerings {TYPES_ALONE}')}`",
            )


def _offered_types(aws: Aws, spec: ClusterSpec, capacity: Capacity) -> set[str]:
    zones = spec.network.zones
    rows = aws.pages(
        "ec2",
        "describe_instance_type_offerings",
        "InstanceTypeOfferings",
        LocationType="availability-zone" if zones else "region",
        Filters=[{"Name": "instance-type", "Values": list(capacity.types)}],
    )
    return {row["InstanceType"] for row in rows if not zones or row["Location"] in zones}


def check_key_pair(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The key pair exists in the region; a notice where there is none to log in with."""
    capacity = spec.capacity
    if capacity is None:
        return
    if not capacity.key_pair:
        answer.notices.append(_no_key_pair(capacity))
        return
    try:
        aws.call("ec2", "describe_key_pairs", KeyNames=[capacity.key_pair])
    except AwsError as error:
        if error.code != "InvalidKeyPair.NotFound":
            raise
        answer.error(
            f"there is no key pair {capacity.key_pair} in {aws.region}",
            spec.place("capacity", "key-pair"),
            _key_pair_hint(aws, capacity.key_pair),
        )


def _no_key_pair(capacity: Capacity) -> Finding:
    message = "no key pair: you will not be able to log in to the instances by SSH"
    hint = "name one with --keypair, or set capacity.session-manager: true in ecs-cluster.yml"
    return Finding(message, hint=None if capacity.session_manager else hint)


def _key_pair_hint(aws: Aws, wanted: str) -> str:
    """What to name instead: the pair whose file was named, or one of those there are."""
    known = sorted(row["KeyName"] for row in aws.call("ec2", "describe_key_pairs")["KeyPairs"])
    there = f"key pairs here: {', '.join(known[:MOST_NAMED])}; " if known else ""
    name = PurePath(wanted).name.removesuffix(".pem").removesuffix(".pub")
    if name != wanted:
        return f'{there}give the name of a key pair, not of its file: did you mean "{name}"?'
    make = aws.command(f"ec2 create-key-pair --key-name {shlex.quote(wanted)}")
    make += f" --query KeyMaterial --output text > {shlex.quote(wanted + '.pem')}"
    return f"{there}create this one with `{make}`"


def check_role(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    role = spec.capacity.instance_role if spec.capacity else None
    if not role:
        return
    try:
        aws.call("iam", "get_role", RoleName=role)
    except AwsError as error:
        if error.code != "NoSuchEntity":
            raise
        answer.error(
            f"there is no IAM role {role}",
            spec.place("capacity", "instance-role"),
            "the name alone",
        )


def check_boundary(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The policy that bounds the new role of the instances exists."""
    arn = spec.capacity.permissions_boundary if spec.capacity else None
    if arn and found(aws, "iam", "get_policy", PolicyArn=arn) is None:
        hint = f"`{aws.command('iam list-policies --scope Local')}` lists those of the account"
        place = spec.place("capacity", "permissions-boundary")
        answer.error(f"there is no policy {arn}", place, hint)


def check_image(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The image exists and is made for the processors of the instance types."""
    if spec.capacity is None:
        return
    image = spec.capacity.image
    id_ = _parameter(aws, spec, image.parameter, answer) if image.parameter else image.id
    if id_ is not None and not image.is_of_ecs:
        _check_own_image(aws, spec, spec.capacity, id_, answer)


def _check_own_image(
    aws: Aws, spec: ClusterSpec, capacity: Capacity, id_: str, answer: Answers
) -> None:
    described = _describe_image(aws, id_)
    if described is None:
        answer.error(
            f"there is no image {id_} in {aws.region}",
            spec.place("capacity", "ami"),
            "image ids differ from region to region; leave it out for the newest Amazon Linux 2023",
        )
        return
    answer.root_device = described.get("RootDeviceName")
    needed = capacity.image.architecture
    architecture = described.get("Architecture", needed)
    if architecture != needed:
        types = ", ".join(capacity.types)
        message = f"image {id_} is for {architecture}, and {types} is {needed}"
        answer.error(message, spec.place("capacity", "ami"))


def _describe_image(aws: Aws, id_: str) -> Document | None:
    try:
        images = aws.call("ec2", "describe_images", ImageIds=[id_])["Images"]
    except AwsError as error:
        if not error.code.startswith("InvalidAMIID"):
            raise
        return None
    return next(iter(images), None)


def _parameter(aws: Aws, spec: ClusterSpec, name: str, answer: Answers) -> str | None:
    """The image that the SSM parameter holds; for ECS's own images the parameter beside it
    describes what is in them."""
    beside = name.removesuffix("/image_id")
    rows = aws.call("ssm", "get_parameters", Names=list(dict.fromkeys([name, beside])))
    values = {row["Name"]: row["Value"] for row in rows["Parameters"]}
    if name not in values:
        answer.error(
            f"there is no SSM parameter {name} in {aws.region}, so no image to start from",
            spec.place("capacity", "ami"),
            "name an image of your own with --image-id",
        )
        return None
    answer.facts += _facts(values.get(beside, ""))
    return str(values[name])


def _facts(text: str) -> list[str]:
    """A line about the image, where AWS describes it."""
    about = _about_image(text)
    return [ABOUT_IMAGE.format_map({**UNKNOWN, **about})] if about else []


def _about_image(text: str) -> Draft:
    """The JSON object in which AWS describes its image; empty where another endpoint has something
    else there."""
    try:
        about = json.loads(text)
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}


def check_long_arns(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
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
        turn_on = f"ecs put-account-setting-default --name {LONG_ARNS} --value enabled"
        answer.notices.append(Finding(message, hint=f"`{aws.command(turn_on)}` turns it on"))
