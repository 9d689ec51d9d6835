"""Files of the original's dialects -> services without what the original skipped, each skip being
told.

A file that worked there makes the same task definition here: what v1, v2 and v3 files could write
without effect has none. Keys that the original refused are not on these lists, so they are
translated as today.
"""

from __future__ import annotations

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.records import default_of, fields_of, replace
from ecscli.base.units import MIB
from ecscli.compose.dialect import Dialect
from ecscli.compose.ecs.support import SKIPPING
from ecscli.compose.project.model import Service

SILENT = ("build",)  # whether an image is missing is told elsewhere
DEFAULTS: Document = {name: default_of(Service, name) for name in fields_of(Service)}


def as_original(service: Service, dialect: Dialect, findings: Findings) -> Service:
    """The service as the original understood it; unchanged where the file is of today's
    specification."""
    skipped = [key for key in dialect.skipped_keys if key in service.tree]
    for key in skipped:
        if _warned(service, key, dialect):
            _tell(service, key, findings)
    dropped = {key: DEFAULTS[key] for key in skipped if key in DEFAULTS and key not in SILENT}
    tiny = (service.mem_limit or 0) < MIB
    if dialect.reservation_replaces_tiny_limit and tiny and service.mem_reservation:
        dropped["mem_limit"] = service.mem_reservation
    return replace(service, **dropped) if dropped else service


def _warned(service: Service, key: str, dialect: Dialect) -> bool:
    """Zero values do not warn, an empty list does; one network is what the original took for
    granted."""
    value = service.tree[key]
    if key == "networks" and dialect.one_network_is_the_default:
        return len(service.networks) != 1
    if key == "build" and service.image:
        return True
    if key == "deploy":
        return bool(value)
    return value not in (None, False, 0, "") if not isinstance(value, list) else True


def _tell(service: Service, key: str, findings: Findings) -> None:
    hint = None
    if (
        key == "deploy"
        and service.deploy is not None
        and {"resources"} & set(service.tree["deploy"] or ())
    ):
        hint = "service-level resources go into ecs-params.yml, or into a file without version:"
    findings.warning(f"{SKIPPING} services.{service.name}.{key}", service.where(key), hint)
