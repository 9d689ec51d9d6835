"""The flags about load balancers, as typed -> loadBalancers of CreateService; every mistake at
once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.units import is_whole

SINGLE = ("target-group-arn", "load-balancer-name", "container-name", "container-port")
KEYS = ("targetGroupArn", "loadBalancerName", "containerName", "containerPort")


def single_balancer(
    given: Document, numbers: Mapping[str, int], listed: bool, findings: Findings
) -> Iterator[Draft]:
    """The one load balancer of the four single flags; `listed`: --target-groups is given too."""
    if not any(given.get(flag) for flag in SINGLE):
        return
    before = len(findings.errors)
    _check_single(given, listed, findings)
    if len(findings.errors) > before or "container-port" not in numbers:
        return
    arn = given.get("target-group-arn")
    kind = {"targetGroupArn": arn} if arn else {"loadBalancerName": given["load-balancer-name"]}
    container = {"containerName": given["container-name"]}
    yield {**kind, **container, "containerPort": numbers["container-port"]}


def _check_single(given: Document, listed: bool, findings: Findings) -> None:
    arn, name = given.get("target-group-arn"), given.get("load-balancer-name")
    if listed:
        findings.error(
            "--target-groups cannot be used with --load-balancer-name, --target-group-arn,"
            " --container-name or --container-port",
            hint="repeat --target-groups, once for each load balancer",
        )
    if arn and name:
        findings.error("--load-balancer-name and --target-group-arn cannot both be given")
    if not arn and not name:
        findings.error(
            "--container-name and --container-port need --target-group-arn or --load-balancer-name"
        )
    for flag in ("container-name", "container-port"):
        if not given.get(flag):
            findings.error(f"--{flag} is needed with --load-balancer-name or --target-group-arn")


def listed_balancers(values: Sequence[str], findings: Findings) -> Iterator[Draft]:
    """The load balancers of --target-groups, each as ``KEY=VALUE,...``."""
    for value in values:
        where = f"--target-groups {value}"
        pairs = _pairs(value, where, findings)
        problems = list(_incomplete(pairs)) if pairs else []
        for problem in problems:
            findings.error(f"{where}: {problem}")
        if pairs and not problems:
            yield {**pairs, "containerPort": int(pairs["containerPort"])}


def _pairs(value: str, where: str, findings: Findings) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for piece in value.split(","):
        name, equals, text = piece.partition("=")
        if not equals:
            findings.error(f'{where}: "{piece}" is not key=value')
        elif name not in KEYS:
            findings.error(f'{where}: no key "{name}"', hint=f"use {', '.join(KEYS)}")
        elif name in pairs:
            findings.error(f"{where}: {name} is given twice")
        else:
            pairs[name] = text
    return pairs


def _incomplete(pairs: Mapping[str, str]) -> Iterator[str]:
    """What is missing for a load balancer, and what contradicts."""
    group, classic = pairs.get("targetGroupArn"), pairs.get("loadBalancerName")
    if group and classic:
        yield "targetGroupArn and loadBalancerName cannot both be given"
    if not group and not classic:
        yield "targetGroupArn or loadBalancerName is needed"
    for name in ("containerName", "containerPort"):
        if not pairs.get(name):
            yield f"{name} is needed"
    port = pairs.get("containerPort")
    if port and not is_whole(port):
        yield f'containerPort "{port}" is not a number'
