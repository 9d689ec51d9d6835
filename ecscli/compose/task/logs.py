"""Containers for which nothing names a log driver -> awslogs, where the right to write logs is
known to be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import record
from ecscli.compose.params.keys import NO_LOGS
from ecscli.compose.task.container.definition import ordered
from ecscli.compose.task.container.logging import AWSLOGS, GROUP, awslogs_options, default_group
from ecscli.compose.task.delivery import NAME as FILES
from ecscli.compose.task.scene import Scene

# Options of awslogs that say where lines go
OF_GROUP = (GROUP, "awslogs-region", "awslogs-create-group")


@record
class AddedLogs:
    """The containers that got the log driver awslogs, and the log group that they write to; the
    logs of the `silent` ones are not kept, as no role is known that may write them."""

    containers: tuple[str, ...] = ()
    group: str = ""
    silent: tuple[str, ...] = ()


def add_logs(request: Draft, scene: Scene) -> AddedLogs:
    """Give the containers of services the log driver awslogs, where a role is known that may
    write."""
    silent = tuple(one["name"] for one in _silent(request, scene))
    if not silent or scene.agent is None or not scene.region:  # which awslogs requires
        return AddedLogs(silent=silent)
    request["containerDefinitions"] = [
        _with_awslogs(container, scene) if container["name"] in silent else container
        for container in request["containerDefinitions"]
    ]
    return AddedLogs(silent, default_group(scene))


def log_notices(added: Iterable[AddedLogs]) -> Iterator[Finding]:
    """The notice of all containers whose logs are kept though no file names a log driver."""
    given = [one for one in added if one.containers]
    if given:
        names = ", ".join(name for one in given for name in one.containers)
        groups = list(dict.fromkeys(one.group for one in given))
        where = f"log group{'s' if len(groups) > 1 else ''} {', '.join(groups)}"
        yield Finding(f"logs of {names} go to {where}, as none name a log driver")


def add_logs_of_files(request: Draft, scene: Scene) -> None:
    """Let the container that writes files log to where those that wait for it do: why a file cannot
    be written is in its lines alone."""
    containers = {one["name"]: one for one in request["containerDefinitions"]}
    writer = containers.get(FILES)
    if scene.exact or writer is None or "logConfiguration" in writer:
        return
    waiting = [one for one in containers.values() if _waits_for(one, FILES)]
    kept = [one["logConfiguration"] for one in waiting if _group_of(one)]
    if not kept:
        return
    options = kept[0]["options"]
    given = {name: options[name] for name in OF_GROUP if name in options}
    options = awslogs_options(FILES, given, scene)
    with_logs = ordered({**writer, "logConfiguration": {"logDriver": AWSLOGS, "options": options}})
    request["containerDefinitions"] = [
        with_logs if one is writer else one for one in request["containerDefinitions"]
    ]


def _waits_for(container: Document, name: str) -> bool:
    return any(edge.get("containerName") == name for edge in container.get("dependsOn") or ())


def _silent(request: Document, scene: Scene) -> Iterator[Document]:
    """The containers of services that log nowhere, and do not ask for that."""
    if scene.exact:
        return
    services = {service.name: service for service in scene.project.services}
    for container in request["containerDefinitions"]:
        service = services.get(container.get("name", ""))
        if service is None or service.logging is not None or container.get("logConfiguration"):
            continue
        params = scene.of(service)
        if not params.secret_options and scene.params.logs_of(service.name) != NO_LOGS:
            yield container


def _with_awslogs(container: Document, scene: Scene) -> Draft:
    options = awslogs_options(container["name"], {}, scene)
    return ordered({**container, "logConfiguration": {"logDriver": AWSLOGS, "options": options}})


def group_to_make(request: Document, scene: Scene) -> str | None:
    """The project's own log group, where a container writes to it because nothing names another."""
    if scene.exact:
        return None
    named = [
        dict(service.logging.options).get(GROUP)
        for service in scene.project.services
        if service.logging is not None
    ]
    group = default_group(scene)
    uses = [_group_of(container) for container in request["containerDefinitions"]]
    return group if group in uses and group not in named else None


def _group_of(container: Document) -> object:
    logging = container.get("logConfiguration") or {}
    if logging.get("logDriver") != AWSLOGS:
        return None
    return (logging.get("options") or {}).get(GROUP)
