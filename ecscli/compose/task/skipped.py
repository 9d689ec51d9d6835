"""Services of files that ecs-cli read -> the same without the keys that it skipped, each with a
warning.

Such a file makes the same task definition here as it did there. Keys that ecs-cli refused are not
among the skipped ones, so they are translated as today.
"""

from __future__ import annotations

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.records import default_of, fields_of, replace
from ecscli.base.units import MIB
from ecscli.compose.dialect import Dialect
from ecscli.compose.ecs.support import SKIPPING
from ecscli.compose.project.model import Service

KEPT = ("build",)  # `build` is skipped, and yet the message about a missing image needs it
DEFAULTS: Document = {name: default_of(Service, name) for name in fields_of(Service)}


def without_skipped_keys(service: Service, dialect: Dialect, findings: Findings) -> Service:
    """The service as ecs-cli understood it; unchanged in files of today's specification."""
    skipped = [key for key in dialect.skipped_keys if key in service.tree]
    for key in skipped:
        if _is_worth_a_warning(service, key, dialect):
            message = f"{SKIPPING} services.{service.name}.{key}"
            findings.warning(message, service.where(key), _hint(service, key))
    changes = {key: DEFAULTS[key] for key in skipped if key in DEFAULTS and key not in KEPT}
    if dialect.reservation_replaces_tiny_limit and _has_tiny_limit(service):
        changes["mem_limit"] = service.mem_reservation
    return replace(service, **changes) if changes else service


def _has_tiny_limit(service: Service) -> bool:
    """Whether there is a reservation, and no limit of a MiB or more."""
    return bool(service.mem_reservation) and (service.mem_limit or 0) < MIB


def _is_worth_a_warning(service: Service, key: str, dialect: Dialect) -> bool:
    """Zero values do not warn, an empty list does; one network is what ecs-cli took for granted."""
    value = service.tree[key]
    if key == "networks" and dialect.one_network_is_the_default:
        return len(service.networks) != 1
    if key == "build" and service.image:
        return True
    if key == "deploy":
        return bool(value)
    return isinstance(value, list) or value not in (None, False, 0, "")


def _hint(service: Service, key: str) -> str | None:
    if key != "deploy" or service.deploy is None:
        return None
    if "resources" not in (service.tree["deploy"] or ()):
        return None
    return "service-level resources go into ecs-params.yml, or into a file without version:"
