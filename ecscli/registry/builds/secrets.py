"""`secrets` of a build -> where their values come from; a value is read when it is used, and is
never part of an argument, a tag or a message."""

from __future__ import annotations

import os
import re

from ecscli.base.findings import Findings
from ecscli.base.records import field, record
from ecscli.base.system.files import Unreadable, check_path
from ecscli.compose.project.model import FileSource, Project, Service
from ecscli.compose.text import withheld

# Docker takes `id=ID,src=PATH` as a row of CSV: a part of a name could be another path
SPECIAL = re.compile(r'[,"\r\n]')
IGNORED = ("uid", "gid", "mode")  # by BuildKit


@record
class BuildSecret:
    """A secret that a build step mounts by its `id`: the content of a file, or a value."""

    id: str
    file: str | None = None
    value: str | None = field(default=None, repr=False)


def build_secrets(
    project: Project, service: Service, findings: Findings
) -> tuple[BuildSecret, ...]:
    """The secrets of a service's build; what is wrong with them goes to `findings`."""
    assert service.build is not None
    found = []
    for at, grant in enumerate(service.build.options.get("secrets") or ()):
        name, key = str(grant["source"]), f"services.{service.name}.build.secrets[{at}]"
        place = service.where("build", "secrets", at)
        if any(grant.get(one) is not None for one in IGNORED):
            findings.warning("BuildKit ignores uid, gid and mode", place, key=key)
        secret = _read(project, str(grant.get("target") or name), project.secrets.get(name))
        if isinstance(secret, BuildSecret) and SPECIAL.search(f"{secret.id}{secret.file or ''}"):
            secret = "its name and path must have no comma, quote or line break"
        if isinstance(secret, BuildSecret):
            found.append(secret)
        else:
            findings.error(secret, place, key=key)
    return tuple(found)


def _read(project: Project, name: str, source: FileSource | None) -> BuildSecret | str:
    """The secret, or what is wrong with it."""
    if source is None:
        return "the project has no such secret"
    if source.file is not None:
        return _of_file(project, name, source.file)
    if source.environment is None:
        return f"{source.name} has neither a file nor a variable, and a build reads nothing else"
    value = project.variables.get(source.environment)
    if isinstance(value, withheld.Withheld):
        return withheld.problem(source.environment)
    if value is None:
        return f'the variable "{source.environment}" of {source.name} is not set'
    return BuildSecret(name, value=value)


def _of_file(project: Project, name: str, file: str) -> BuildSecret | str:
    path = os.path.join(project.directory, file)
    try:
        real = check_path(path, path, project.within)
    except Unreadable as error:
        return error.message
    if not os.path.isfile(real):
        return f"there is no file {path}"
    return BuildSecret(name, file=real)
