"""Project -> the plain data that `compose config` prints: resolved, canonical, and loadable
again."""

from __future__ import annotations

from itertools import chain

from ecscli.base.documents import Draft
from ecscli.base.marks import Raw
from ecscli.compose.project.model import Project, Service

RESOLVED = ("env_file", "label_file", "extends", "environment", "labels")
SECTIONS = ("networks", "volumes", "configs", "secrets", "models", "jobs")


def configuration(project: Project) -> Draft:
    """The project by its canonical keys; services that do not take part are left out, `$` is
    written `$$`."""
    data: Draft = {"name": project.name}
    data["services"] = {service.name: _service(service) for service in project.services}
    for key, value in project.tree.items():
        if key in SECTIONS or key.startswith("x-"):
            data[key] = value
    return {key: _escape(value) for key, value in data.items()}


def _service(service: Service) -> Draft:
    body = {key: value for key, value in service.tree.items() if key not in RESOLVED}
    if service.environment:
        body["environment"] = _environment(service.environment)
    if service.labels:
        body["labels"] = dict(service.labels)
    return body


def _environment(pairs: tuple[tuple[str, str], ...]) -> dict[str, str] | list[str]:
    """A mapping, or a list where a name is repeated, as v2 files may do."""
    names = dict(pairs)
    return names if len(names) == len(pairs) else [f"{name}={value}" for name, value in pairs]


def _escape(value: Raw) -> Raw:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escape(item) for item in value]
    return value


def names(project: Project, what: str) -> list[str]:
    """The names of what `config --services`, `--volumes`, `--images` or `--profiles` lists."""
    match what:
        case "services":
            return [service.name for service in project.services]
        case "volumes":
            return list(project.volumes)
        case "profiles":
            return profiles(project)
        case _:
            return images(project)


def images(project: Project) -> list[str]:
    """The image of each service that names one, in order, each once."""
    return list(dict.fromkeys(service.image for service in project.services if service.image))


def profiles(project: Project) -> list[str]:
    """Every profile that the files mention, by name."""
    services = project.tree.get("services") or {}
    bodies = (body or {} for body in services.values())
    return sorted(set(chain.from_iterable(body.get("profiles") or () for body in bodies)))
