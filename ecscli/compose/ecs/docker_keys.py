"""The extension keys of Docker's own ECS integration, which ended in 2023: those that are read,
each at its place and in its form, and what ecscli has instead of the others. None ever refuses a
file.

Source: ecs/x.go, ecs/cloudformation.go and ecs/convert.go of docker-archive/compose-cli.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.limits import POLICY_ARN
from ecscli.base.marks import Map, Raw, Seq, dotted
from ecscli.compose.ecs.limits import APP_PROTOCOLS, LOG_RETENTIONS
from ecscli.compose.params.policy_settings import document_in

PREFIX = "x-aws-"
PULL_CREDENTIALS = "x-aws-pull_credentials"
PROTOCOL = "x-aws-protocol"
LOGS_RETENTION = "x-aws-logs_retention"
ROLE, POLICIES = "x-aws-role", "x-aws-policies"
# Of deploy.update_config -> member of deploymentConfiguration
PERCENTAGES = {
    "x-aws-min_percent": "minimumHealthyPercent",
    "x-aws-max_percent": "maximumPercent",
}
MOST_PERCENT = 1000  # far beyond what a deployment needs
DEFAULT_MINIMUM, DEFAULT_MAXIMUM = 100, 200  # percent, of ECS
LATER = "ecscli does not read this key of Docker's ECS integration yet; use "
INSTEAD: Mapping[str, str] = {
    "x-aws-autoscaling": LATER + "Application Auto Scaling of the service",
    "x-aws-loadbalancer": LATER + "run_params.load_balancers in ecs-params.yml",
    "x-aws-securitygroup": LATER + "run_params.network_configuration.awsvpc_configuration."
    "security_groups in ecs-params.yml",
    "x-aws-vpc": LATER + "run_params.network_configuration.awsvpc_configuration.subnets in"
    " ecs-params.yml",
    "x-aws-cloudformation": "a key of Docker's ECS integration; use"
    " `render --format cloudformation`, and edit the template",
    "x-aws-cluster": "a key of Docker's ECS integration; use --cluster, or `ecscli configure`",
}
NOTHING = "a key of Docker's ECS integration; ecscli has nothing for it"
Path = tuple[str | int, ...]


SECRET_ARN = re.compile(r"arn:[a-z-]+:(secretsmanager|ssm):[a-z0-9-]+:\d{12}:\S+")


def _is_text(value: Raw) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_secret(value: Raw) -> bool:
    return isinstance(value, str) and SECRET_ARN.fullmatch(value) is not None


def _is_whole(value: Raw) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_percentage(value: Raw) -> bool:
    return _is_whole(value) and isinstance(value, int) and 0 <= value <= MOST_PERCENT


def _is_protocol(value: Raw) -> bool:
    return isinstance(value, str) and value in APP_PROTOCOLS


def _is_retention(value: Raw) -> bool:
    return _is_whole(value) and value in LOG_RETENTIONS


def _is_document(value: Raw) -> bool:
    return bool(document_in(value))


def _are_policies(value: Raw) -> bool:
    """A list of ARNs alone."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(one, str) and POLICY_ARN.match(one) for one in value)


def _are_keys(value: Raw) -> bool:
    """One key of a JSON secret, or several; `*` for all is not known before the value is."""
    keys = value if isinstance(value, list) else [value]
    return bool(keys) and all(_is_text(key) and key != "*" for key in keys)


class Counterpart(NamedTuple):
    """A key that is read: its `place`, with ANY for any name or number; whether a value `fits`, of
    what `form`; and `ours`, which does the same. `of_services`: in layout services alone."""

    place: Path
    fits: Callable[[Raw], bool]
    form: str
    ours: str
    of_services: bool = False


ANY = "*"
OUR_POLICIES = "policies of service_params in ecs-params.yml, with layout: services"
UPDATE = ("services", ANY, "deploy", "update_config")
READ = (
    Counterpart(
        ("services", ANY, PULL_CREDENTIALS),
        _is_secret,
        "the ARN of a secret",
        "task_definition.services.SERVICE.repository_credentials in ecs-params.yml",
    ),
    Counterpart(
        ("services", ANY, "ports", ANY, PROTOCOL),
        _is_protocol,
        "http, http2 or grpc",
        "app_protocol of the port",
    ),
    Counterpart(
        (*UPDATE, "x-aws-min_percent"),
        _is_percentage,
        "a number of percent with which tasks can be replaced",
        "run_params.deployment.minimum_healthy_percent in ecs-params.yml",
    ),
    Counterpart(
        (*UPDATE, "x-aws-max_percent"),
        _is_percentage,
        "a number of percent with which tasks can be replaced",
        "run_params.deployment.maximum_percent in ecs-params.yml",
    ),
    Counterpart(
        (LOGS_RETENTION,),
        _is_retention,
        "a number of days that CloudWatch Logs takes, such as 7 or 30",
        "--log-retention DAYS",
    ),
    Counterpart(
        ("secrets", ANY, "x-aws-keys"),
        _are_keys,
        "names of keys",
        "x-ecs: {keys: [...]} of the secret",
    ),
    Counterpart(
        ("services", ANY, ROLE), _is_document, "a policy document", OUR_POLICIES, of_services=True
    ),
    Counterpart(
        ("services", ANY, POLICIES),
        _are_policies,
        "a list of ARNs of policies",
        OUR_POLICIES,
        of_services=True,
    ),
)


# ------------------------------------------------------------------------- values


def pull_credentials(service: Document) -> str | None:
    """The secret with the login of the registry that a service names."""
    value = service.get(PULL_CREDENTIALS)
    return str(value) if _is_secret(value) else None


def policies(service: Document) -> Sequence[str]:
    """The ARNs of the policies that the containers of a service need."""
    value = service.get(POLICIES)
    return [str(arn) for arn in value] if value and _are_policies(value) else ()


def role(service: Document) -> Document:
    """The policy document of what the containers of a service may do; empty for none."""
    value = service.get(ROLE)
    return value if isinstance(value, Mapping) and _is_document(value) else {}


def app_protocol(port: Document) -> str | None:
    """The protocol of the application behind a port."""
    value = port.get(PROTOCOL)
    return str(value) if _is_protocol(value) else None


def percentages(update_config: Document) -> Draft:
    """The members of deploymentConfiguration that `deploy.update_config` names by percent; none
    where they would let no task be replaced."""
    found = {
        member: update_config[key]
        for key, member in PERCENTAGES.items()
        if _is_percentage(update_config.get(key))
    }
    least = found.get("minimumHealthyPercent", DEFAULT_MINIMUM)
    most = found.get("maximumPercent", DEFAULT_MAXIMUM)
    return found if least <= DEFAULT_MINIMUM <= most and least < most else {}


def logs_retention(tree: Document) -> int | None:
    """The days that the log group of a project keeps its events."""
    value = tree.get(LOGS_RETENTION)
    return value if isinstance(value, int) and _is_retention(value) else None


# ------------------------------------------------------------------------- findings


class Found(NamedTuple):
    """What is found of one key, and whether it is read."""

    finding: Finding
    is_read: bool


def docker_findings(tree: Raw, of_services: bool = False, path: Path = ()) -> Iterator[Found]:
    """One finding for each key of Docker's ECS integration in a document with marks; `of_services`:
    the project has layout services."""
    if isinstance(tree, Seq):
        for at, item in enumerate(tree):
            yield from docker_findings(item, of_services, (*path, at))
    elif isinstance(tree, Map):
        for key, item in tree.items():
            below = (*path, key)
            if str(key).startswith(PREFIX):
                yield _found(tree, str(key), below, of_services)
            elif not str(key).startswith("x-"):
                yield from docker_findings(item, of_services, below)


def _found(tree: Map, key: str, path: Path, of_services: bool) -> Found:
    place, name = tree.keys_at.get(key), dotted(path)
    others = [one for one in READ if one.place[-1] == key]
    for one in others:
        if not _is_at(path, one.place) or (one.of_services and not of_services):
            continue
        if one.fits(tree[key]) and (key not in PERCENTAGES or percentages(tree)):
            message = "is read, as a key of Docker's ECS integration"
            return Found(Finding.about(name, message, place, f"here it is {one.ours}"), True)
        message = f"not sent: it is not {one.form}"
        return Found(Finding.about(name, message, place, f"use {one.ours}"), False)
    hint = f"use {others[0].ours}" if others else INSTEAD.get(key, NOTHING)
    return Found(Finding.about(name, "not sent", place, hint), False)


def _is_at(path: Path, place: Path) -> bool:
    if len(path) != len(place):
        return False
    return all(wanted in (ANY, part) for part, wanted in zip(path, place, strict=True))
