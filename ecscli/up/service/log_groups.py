"""A task definition -> the log groups of its containers with the log driver awslogs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.errors import Finding
from ecscli.compose.ecs.limits import LOG_RETENTIONS
from ecscli.up.model import CreateLogGroup, Request

NEEDED = ("awslogs-group", "awslogs-stream-prefix")
IMPLIED_RETENTION = 30  # days of a log group that nobody has asked for


def log_groups(
    definition: Request, region: str, retention: int | None
) -> tuple[list[CreateLogGroup], list[Finding]]:
    """The log groups, each once; `retention` in days. `region` is that of containers that name
    none."""
    groups: dict[tuple[str, str], CreateLogGroup] = {}
    findings: list[Finding] = []
    for container, options in _awslogs(definition):
        findings += _missing(container, options)
        name, place = options.get("awslogs-group"), options.get("awslogs-region") or region
        if name:
            groups[name, place] = CreateLogGroup({"logGroupName": name}, place, retention)
    findings += _retention(retention)
    return list(groups.values()), findings


def implied_groups(
    definition: Request, name: str, region: str, retention: int | None
) -> list[CreateLogGroup]:
    """The log group that no file names, in each region where a container writes to it."""
    places = {
        options.get("awslogs-region") or region: None
        for _, options in _awslogs(definition)
        if options.get("awslogs-group") == name
    }
    days = retention or IMPLIED_RETENTION
    return [CreateLogGroup({"logGroupName": name}, place, days, implied=True) for place in places]


def _awslogs(definition: Request) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The containers with the log driver awslogs: their names, and the options of the driver."""
    for container in definition["containerDefinitions"]:
        logging = container.get("logConfiguration") or {}
        if logging.get("logDriver") == "awslogs":
            yield container["name"], logging.get("options") or {}


def _missing(container: str, options: Mapping[str, str]) -> Iterator[Finding]:
    for option in NEEDED:
        if not options.get(option):
            yield Finding(f"container {container}: --create-log-groups needs the option {option}")


def _retention(days: int | None) -> Iterator[Finding]:
    if days is not None and days not in LOG_RETENTIONS:
        message = f"--log-retention: CloudWatch Logs does not take {days} days"
        yield Finding(message, None, "use 1, 3, 5, 7, 14, 30, 60, 90, 180, 365...")
