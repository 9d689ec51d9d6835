"""The task definition of a group -> a warning for each service of another group that it names as a
host: nothing makes that name resolve."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.compose.layout.model import Group
from ecscli.compose.project.model import Project
from ecscli.compose.rules import run_fields
from ecscli.compose.rules.names import WITHOUT_NAMES, resolved_names
from ecscli.compose.rules.subject import Run, Subject
from ecscli.compose.task.definition import TaskDefinition
from ecscli.compose.task.words import named_hosts

HINT = "put both into one group, or give {name} a client alias of service_connect"


def unresolved_hosts(
    group: Group, definition: TaskDefinition, project: Project
) -> Iterator[Finding]:
    """The warnings; none where the files say that services do not look for each other."""
    others = [one.name for one in project.services if one.name not in group.services]
    if group.params.layout.discovery == WITHOUT_NAMES or not others:
        return
    run = Run(run_fields(group.params, definition.service))
    launch_type = definition.launch.effective_launch_type
    subject = Subject(definition.request, launch_type, group.project, group.params, run)
    for one in subject.containers:
        resolved = resolved_names(subject, one)
        wanted = [name for name in others if name not in resolved]
        if not wanted or one.name not in subject.services:
            continue
        for key, name in dict.fromkeys(named_hosts(one.definition, wanted)):
            message = f'"{name}" does not resolve: it runs in another task'
            yield one.problem(key, message, HINT.format(name=name)).finding()
