"""PURE: what is known of a project -> the texts of its first files, from templates/init."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from string import Template

from ecscli.base.records import record
from ecscli.base.system import resources
from ecscli.base.version import __version__

SERVICES, TASK = "services", "task"
LAYOUTS: Mapping[str, str] = {
    SERVICES: "              # an ECS service for each Compose service; task: all in one task",
    TASK: "                  # all services in one task; services: an ECS service for each",
}
FOLDER = ".ecscli"
SCHEMAS: Mapping[str, str] = {
    f"{FOLDER}/ecs-cluster.schema.json": "cluster/schema/cluster.json",
    f"{FOLDER}/ecs-params.schema.json": "compose/schema/ecs-params.json",
}
USUAL_PORT = "80"


@record
class Beginning:
    """What the files are made of. `service` is the name of a Compose service, for examples."""

    cluster: str
    region: str
    launch_type: str
    layout: str
    service: str


def cluster_file(known: Beginning) -> str:
    """The text of ecs-cluster.yml."""
    on_instances = known.launch_type == "EC2"
    return _filled(
        "ecs-cluster.yml",
        version=__version__,
        cluster=known.cluster,
        region=known.region,
        launch_type=known.launch_type,
        capacity=_filled("capacity.yml") if on_instances else "",
    )


def params_file(known: Beginning) -> str:
    """The text of ecs-params.yml."""
    return _filled(
        "ecs-params.yml",
        layout=known.layout,
        layout_comment=LAYOUTS[known.layout],
        service=known.service,
    )


def compose_file(service: str, ports: Sequence[str]) -> str:
    """The text of compose.yaml for a Dockerfile; each port is published by its own number."""
    rows = "".join(f"\n      - {json.dumps(_published(port))}" for port in ports)
    return _filled(
        "compose.yml",
        service=service,
        ports=f"\n    ports:{rows}" if rows else "",
        port=ports[0] if ports else USUAL_PORT,
    )


def _published(port: str) -> str:
    return f"{port.partition('/')[0]}:{port}"


def _filled(name: str, **values: str) -> str:
    return Template(resources.read(f"templates/init/{name}")).substitute(values)
