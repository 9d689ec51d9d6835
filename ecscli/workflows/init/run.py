"""The first files of a project: which there are already, and the others written."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from pathlib import Path

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.system import resources
from ecscli.base.system.files import TEXT_LIMIT, confine, is_inside, read_file
from ecscli.compose.find.files import default_names, name_of_directory
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import read_project
from ecscli.config.writing import write_public
from ecscli.up.model import Event
from ecscli.workflows.init.dockerfile import exposed_ports
from ecscli.workflows.init.texts import (
    FOLDER,
    SCHEMAS,
    Beginning,
    cluster_file,
    compose_file,
    params_file,
)

DOCKERFILE, COMPOSE = "Dockerfile", "compose.yaml"
CLUSTER, PARAMS = "ecs-cluster.yml", "ecs-params.yml"


@record
class InitRequest:
    """The directory with its environment, and what the files are to name; `cluster` is called as
    the directory by default. `overwrite` writes all but the Compose file anew."""

    source: LoadOptions
    region: str
    launch_type: str
    layout: str
    cluster: str | None = None
    overwrite: bool = False


@record
class Initialised:
    """The names of the files that were written, and of those that were left as they were."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def init(request: InitRequest) -> Generator[Event, None, Initialised]:
    """Write the files that are missing. Raises InputError where neither a Compose file nor a
    Dockerfile is here, and for a Compose file that cannot be read."""
    directory = request.source.directory
    written, kept = list[str](), default_names(directory)[:1]
    for name, text in _texts(request).items():
        is_there = os.path.lexists(os.path.join(directory, name))
        if is_there and not request.overwrite and not name.startswith(FOLDER):
            kept.append(name)
        else:
            _write(directory, name, text)
            written.append(name)
    for name in kept:
        yield Event(f"{name} is here already, and stays as it is")
    for name in written:
        yield Event(f"Written: {name}", "done")
    return Initialised(tuple(written), tuple(kept))


def _texts(request: InitRequest) -> Mapping[str, str]:
    """The files by their names, in the order in which they are written."""
    name = name_of_directory(request.source.directory)
    texts = dict[str, str]()
    if default_names(request.source.directory):
        service = _example(request)
    else:
        service = name.lower()
        texts[COMPOSE] = compose_file(service, exposed_ports(_dockerfile(request)))
    known = Beginning(
        cluster=request.cluster or name,
        region=request.region,
        launch_type=request.launch_type,
        layout=request.layout,
        service=service,
    )
    texts |= {CLUSTER: cluster_file(known), PARAMS: params_file(known)}
    return texts | {name: resources.read(source) for name, source in SCHEMAS.items()}


def _example(request: InitRequest) -> str:
    """The service that the comments of the files name: the first one that the world may reach."""
    project = read_project(request.source)
    names = [service.name for service in project.services if service.ports]
    return next(iter([*names, *(service.name for service in project.services)]))


def _dockerfile(request: InitRequest) -> str:
    path = os.path.join(request.source.directory, DOCKERFILE)
    if not os.path.lexists(path):
        hint = f"write one of them, or go to its directory: {COMPOSE}, {DOCKERFILE}"
        raise InputError("neither a Compose file nor a Dockerfile is here", hint=hint)
    source = request.source
    within = confine(source.directory, source.confined, source.environment)
    return read_file(path, DOCKERFILE, TEXT_LIMIT, within).decode(errors="replace")


def _write(directory: str, name: str, text: str) -> None:
    """A whole file, or none. A link is replaced and not followed; its folder is of the project."""
    path = os.path.join(directory, name)
    folder = os.path.dirname(path)
    if not is_inside(os.path.realpath(folder), os.path.realpath(directory)):
        message = f"{os.path.dirname(name)} is a link that leads out of this directory"
        raise InputError(message, name, "remove it")
    write_public(Path(path), text)
