"""The flags of `service create` and `service up`, as typed -> fields of CreateService; every
mistake at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.limits import PORT, Range
from ecscli.base.records import field, record
from ecscli.base.units import MOST_COUNTED, is_whole
from ecscli.up.service.balancer_flags import listed_balancers, single_balancer

PERCENT = Range(0, 100_000)
SECONDS = Range(0, MOST_COUNTED)
NUMBERS: Mapping[str, Range] = {
    "deployment-max-percent": PERCENT,
    "deployment-min-healthy-percent": PERCENT,
    "container-port": PORT,
    "health-check-grace-period": SECONDS,
    "sd-container-port": PORT,
    "dns-ttl": SECONDS,
    "healthcheck-custom-config-failure-threshold": Range(1, 10),
}
PERCENTS = {
    "deployment-max-percent": "maximumPercent",
    "deployment-min-healthy-percent": "minimumHealthyPercent",
}
# Flag -> the field of CreateService, and its values
WORDS = {
    "scheduling-strategy": ("schedulingStrategy", ("REPLICA", "DAEMON")),
    "availability-zone-rebalancing": ("availabilityZoneRebalancing", ("ENABLED", "DISABLED")),
}


@record
class ServiceFlags:
    """`fields` are those of CreateService that flags set; `numbers` every number by its flag's
    name."""

    fields: Document = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_flags(given: Document, target_groups: Sequence[str] = ()) -> ServiceFlags:
    """`given`: values by flag name, None or empty where a flag is missing."""
    findings = Findings()
    numbers = _read_numbers(given, findings)
    balancers = [
        *single_balancer(given, numbers, bool(target_groups), findings),
        *listed_balancers(target_groups, findings),
    ]
    fields = {
        "deploymentConfiguration": _percents(numbers),
        "loadBalancers": balancers,
        "healthCheckGracePeriodSeconds": numbers.get("health-check-grace-period"),
        "role": given.get("role"),
        **_read_words(given, findings),
    }
    kept = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    return ServiceFlags(kept, numbers, findings.errors.counted())


def _read_numbers(given: Document, findings: Findings) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for name, allowed in NUMBERS.items():
        text = given.get(name)
        if text in (None, ""):
            continue
        try:
            number = int(str(text), 10)
        except ValueError:
            findings.error(f'--{name}: "{text}" is not a whole number')
            continue
        if number in allowed:
            numbers[name] = number
        else:
            bounds = f"{allowed.low} and {allowed.high}"
            findings.error(f"--{name}: {number} is not between {bounds}")
    return numbers


def _read_words(given: Document, findings: Findings) -> dict[str, str]:
    words: dict[str, str] = {}
    for flag, (key, choices) in WORDS.items():
        word = str(given.get(flag) or "").upper()
        if word in choices:
            words[key] = word
        elif word:
            hint = f"choose from {', '.join(choices)}"
            findings.error(f'--{flag}: "{word}" is not a choice', hint=hint)
    return words


def _percents(numbers: Mapping[str, int]) -> dict[str, int]:
    return {field: numbers[flag] for flag, field in PERCENTS.items() if flag in numbers}


def read_capacity(text: str | None) -> tuple[list[Draft], list[Finding]]:
    """``FARGATE_SPOT=3,FARGATE=1`` or ``NAME=WEIGHT:BASE`` -> capacityProviderStrategy."""
    strategy: list[Draft] = []
    findings: list[Finding] = []
    for piece in text.split(",") if text else ():
        item = _capacity_provider(piece)
        if item is not None:
            strategy.append(item)
        else:
            message = f'--capacity-provider: "{piece}" is not NAME=WEIGHT'
            hint = "write --capacity-provider FARGATE_SPOT=3,FARGATE=1, or NAME=WEIGHT:BASE"
            findings.append(Finding(message, None, hint))
    return strategy, findings


def _capacity_provider(piece: str) -> Draft | None:
    """One item of the strategy; None where the text is not one."""
    name, _, share = piece.partition("=")
    weight, _, base = (share or "1").partition(":")
    if not name or not is_whole(weight) or (base and not is_whole(base)):
        return None
    item: Draft = {"capacityProvider": name, "weight": int(weight)}
    if base:
        item["base"] = int(base)
    return item
