"""The flags of `service create` and `service up`, as typed -> fields of CreateService; every
mistake at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import field, record
from ecscli.base.units import is_whole

NUMBERS = {  # flag -> (least, most)
    "deployment-max-percent": (0, 100_000),
    "deployment-min-healthy-percent": (0, 100_000),
    "container-port": (1, 65535),
    "health-check-grace-period": (0, 2**31 - 1),
    "sd-container-port": (1, 65535),
    "dns-ttl": (0, 2**31 - 1),
    "healthcheck-custom-config-failure-threshold": (1, 10),
}
TARGET_KEYS = ("targetGroupArn", "loadBalancerName", "containerName", "containerPort")


@record
class ServiceFlags:
    """`fields` are those of CreateService that flags set; `numbers` every number by its flag's
    name."""

    fields: Document = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_flags(given: Document, target_groups: Sequence[str] = ()) -> ServiceFlags:
    """`given`: values by flag name, None or empty where a flag is missing."""
    wrong: list[Finding] = []
    numbers = {
        name: number
        for name in NUMBERS
        if (number := _number(name, given.get(name), wrong)) is not None
    }
    fields: Draft = {}
    if percents := _percents(numbers):
        fields["deploymentConfiguration"] = percents
    balancers = [
        *_balancer(given, numbers, bool(target_groups), wrong),
        *_balancers(target_groups, wrong),
    ]
    if balancers:
        fields["loadBalancers"] = balancers
    if "health-check-grace-period" in numbers:
        fields["healthCheckGracePeriodSeconds"] = numbers["health-check-grace-period"]
    if given.get("role"):
        fields["role"] = given["role"]
    for name, key in (
        ("scheduling-strategy", "schedulingStrategy"),
        ("availability-zone-rebalancing", "availabilityZoneRebalancing"),
    ):
        if given.get(name):
            fields[key] = str(given[name]).upper()
    return ServiceFlags(fields, numbers, tuple(wrong))


def read_capacity(text: str | None) -> tuple[list[Draft], list[Finding]]:
    """``FARGATE_SPOT=3,FARGATE=1`` or ``NAME=WEIGHT:BASE`` -> capacityProviderStrategy."""
    strategy: list[Draft] = []
    wrong: list[Finding] = []
    for piece in text.split(",") if text else ():
        name, _, share = piece.partition("=")
        weight, _, base = (share or "1").partition(":")
        if name and is_whole(weight) and (not base or is_whole(base)):
            item: Draft = {"capacityProvider": name, "weight": int(weight)}
            strategy.append({**item, "base": int(base)} if base else item)
        else:
            hint = "write --capacity-provider FARGATE_SPOT=3,FARGATE=1, or NAME=WEIGHT:BASE"
            wrong.append(Finding(f'--capacity-provider: "{piece}" is not NAME=WEIGHT', None, hint))
    return strategy, wrong


def _number(name: str, value: Any, wrong: list[Finding]) -> int | None:
    if value in (None, ""):
        return None
    least, most = NUMBERS[name]
    try:
        number = int(str(value), 10)
    except ValueError:
        wrong.append(Finding(f'--{name}: "{value}" is not a whole number'))
        return None
    if not least <= number <= most:
        wrong.append(Finding(f"--{name}: {number} is not between {least} and {most}"))
        return None
    return number


def _percents(numbers: Mapping[str, int]) -> dict[str, int]:
    names = {
        "deployment-max-percent": "maximumPercent",
        "deployment-min-healthy-percent": "minimumHealthyPercent",
    }
    return {field: numbers[flag] for flag, field in names.items() if flag in numbers}


def _balancer(
    given: Document, numbers: Mapping[str, int], listed: bool, wrong: list[Finding]
) -> Iterator[Draft]:
    """The one load balancer of the four single flags."""
    arn, name = given.get("target-group-arn"), given.get("load-balancer-name")
    container, port = given.get("container-name"), given.get("container-port")
    if not any((arn, name, container, port)):
        return
    before = len(wrong)
    if listed:
        wrong.append(
            Finding(
                "--target-groups cannot be used with --load-balancer-name, --target-group-arn,"
                " --container-name or --container-port",
                None,
                "repeat --target-groups, once for each load balancer",
            )
        )
    if arn and name:
        wrong.append(Finding("--load-balancer-name and --target-group-arn cannot both be given"))
    if not arn and not name:
        wrong.append(
            Finding(
                "--container-name and --container-port need --target-group-arn or"
                " --load-balancer-name"
            )
        )
    for flag, value in (("--container-name", container), ("--container-port", port)):
        if not value:
            wrong.append(
                Finding(f"{flag} is needed with --load-balancer-name or --target-group-arn")
            )
    if len(wrong) == before and "container-port" in numbers:
        kind = {"targetGroupArn": arn} if arn else {"loadBalancerName": name}
        yield {**kind, "containerName": container, "containerPort": numbers["container-port"]}


def _balancers(values: Sequence[str], wrong: list[Finding]) -> Iterator[Draft]:
    for value in values:
        found = _pairs(value, wrong)
        problems = list(_incomplete(found))
        if problems:
            wrong += [Finding(f"--target-groups {value}: {problem}") for problem in problems]
        elif found:
            yield {**found, "containerPort": int(found["containerPort"])}


def _pairs(value: str, wrong: list[Finding]) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in value.split(","):
        name, equals, text = piece.partition("=")
        if not equals:
            wrong.append(Finding(f'--target-groups {value}: "{piece}" is not key=value'))
        elif name not in TARGET_KEYS:
            wrong.append(
                Finding(
                    f'--target-groups {value}: no key "{name}"',
                    None,
                    f"use {', '.join(TARGET_KEYS)}",
                )
            )
        elif name in found:
            wrong.append(Finding(f"--target-groups {value}: {name} is given twice"))
        else:
            found[name] = text
    return found


def _incomplete(found: Mapping[str, str]) -> Iterator[str]:
    if not found:
        return
    if found.get("targetGroupArn") and found.get("loadBalancerName"):
        yield "targetGroupArn and loadBalancerName cannot both be given"
    if not found.get("targetGroupArn") and not found.get("loadBalancerName"):
        yield "targetGroupArn or loadBalancerName is needed"
    for name in ("containerName", "containerPort"):
        if not found.get(name):
            yield f"{name} is needed"
    if found.get("containerPort") and not is_whole(found["containerPort"]):
        yield f'containerPort "{found["containerPort"]}" is not a number'
