"""A broken constraint -> the problem with its key and its place, in the words of the file that has
the value."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.documents import Document
from ecscli.base.errors import shorten
from ecscli.base.marks import Mark, dotted, where
from ecscli.compose.ecs.requests.create_service import CREATE_SERVICE
from ecscli.compose.ecs.requests.task_definition import REGISTER_TASK_DEFINITION
from ecscli.compose.rules.members import Broken, Step, steps_to
from ecscli.compose.rules.subject import Problem, Subject, section

VOLUMES = ("docker_volumes", "efs_volumes", "fsx_volumes", "ebs_volumes")
TASK = "task_definition"


def of_member(
    subject: Subject, wire: Sequence[Step], message: str, hint: str | None = None
) -> Problem:
    """A problem of one member of a RegisterTaskDefinition request, by its path there."""
    return of_definition(subject, Broken(steps_to(REGISTER_TASK_DEFINITION, wire), message, hint))


def of_run_member(
    subject: Subject, wire: Sequence[Step], message: str, hint: str | None = None
) -> Problem:
    """A problem of one member of a CreateService request, by its path there."""
    return of_run(subject, Broken(steps_to(CREATE_SERVICE, wire), message, hint))


def of_definition(subject: Subject, broken: Broken) -> Problem:
    """A problem of a RegisterTaskDefinition request."""
    wire, own = broken.steps.wire, broken.steps.own
    if wire[:1] == ("containerDefinitions",) and len(wire) > 1:
        return _of_container(subject, broken)
    if wire and wire[0] in subject.params.extra:
        return _in_params(subject, broken, (TASK, "task_definition_extra", *wire))
    if wire[:1] == ("volumes",) and len(wire) > 1:
        return _of_volume(subject, broken, _name_at(subject.items("volumes"), wire[1]))
    if wire[:1] == ("tags",):
        return _of_tag(subject, broken)
    if wire[:1] == ("family",):
        return _problem(broken, ("name",), where(subject.project.tree, "name"))
    if wire[:1] == ("containerDefinitions",):
        return _problem(broken, own, where(subject.project.tree, *own))
    return _of_task(subject, broken)


def of_run(subject: Subject, broken: Broken) -> Problem:
    """A problem of a RunTask or a CreateService request."""
    wire, own = broken.steps.wire, broken.steps.own
    flag = subject.run.flags.get(str(wire[0])) if wire else None
    if flag is not None:
        return _problem(broken, (flag,), None)
    if str(own[0]).startswith("--"):
        return _problem(broken, own[:1], None)
    if wire[0] == "volumeConfigurations" and len(wire) > 1:
        volumes = subject.run.fields["volumeConfigurations"]
        return _of_volume(subject, broken, _name_at(volumes, wire[1]))
    return _in_params(subject, broken, ("run_params", *own))


def _of_task(subject: Subject, broken: Broken) -> Problem:
    """What the containers share: of ecs-params, else of the first service that asks for it."""
    own, compose = broken.steps.own, broken.steps.compose
    given = section(subject.params.tree, TASK)
    if own and compose and str(own[0]) not in given:
        for service in subject.project.services:
            if compose[0] in service.tree:
                keys = [str(step) for step in _before_index(compose)]
                path = ("services", service.name, *keys)
                return _problem(broken, path, service.where(*keys))
    return _in_params(subject, broken, (TASK, *own))


def _of_tag(subject: Subject, broken: Broken) -> Problem:
    """A tag of the flag, by its name."""
    wire = broken.steps.wire
    key = subject.items("tags")[int(wire[1])].get("key") if len(wire) > 1 else None
    message = f"{shorten(str(key))}: {broken.message}" if key else broken.message
    return Problem("--tags", message, None, broken.hint)


def _of_container(subject: Subject, broken: Broken) -> Problem:
    """A container: its extra fields in ecs-params, then its keys there, then those of Compose."""
    wire, own = broken.steps.wire[2:], broken.steps.own[2:]
    name = subject.containers[int(broken.steps.wire[1])].name
    extra = _extra(subject, name, wire)
    if extra is not None:
        return _in_params(subject, broken, extra)
    written = section(subject.params.tree, TASK, "services", name)
    if own and written.get(str(own[0])) is not None:
        return _in_params(subject, broken, (TASK, "services", name, *own))
    return _in_compose(subject, broken, name)


def _extra(subject: Subject, name: str, wire: Sequence[Step]) -> tuple[Step, ...] | None:
    """Where ecs-params gives a field of a container in the API's own words; None where it does
    not."""
    field = str(wire[0]) if wire else ""
    for at, container in enumerate(subject.params.extra.get("containerDefinitions") or ()):
        if container.get("name") == name and field in container:
            return (TASK, "task_definition_extra", "containerDefinitions", at, *wire)
    if field in subject.params.of(name).extra:
        return (TASK, "services", name, "container_definition_extra", *wire)
    return None


def _in_compose(subject: Subject, broken: Broken, name: str) -> Problem:
    wire, compose = broken.steps.wire[2:], broken.steps.compose[2:]
    shown = _before_index(compose)
    inner = [step for step in compose[len(shown) :] if isinstance(step, str)]
    message = ": ".join([*inner, broken.message])
    if wire[:1] == ("portMappings",) and len(wire) > 1:
        one = subject.named[name]
        mapping = one.items("portMappings")[int(wire[1])]
        return one.port_problem(mapping, message, broken.hint)
    keys = [str(step) for step in shown]
    place = subject.place(name, *keys) if keys else _of_service(subject, name)
    return Problem(dotted(("services", name, *keys)), message, place, broken.hint)


def _of_service(subject: Subject, name: str) -> Mark | None:
    service = subject.services.get(name)
    return service.where() if service else subject.extra("containerDefinitions")


def _of_volume(subject: Subject, broken: Broken, name: str) -> Problem:
    """A volume by its name: an entry of ecs-params, else one of the Compose file."""
    inner = broken.steps.own[2:]
    for kind in VOLUMES:
        entries = section(subject.params.tree, TASK).get(kind)
        for at, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and entry.get("name") == name:
                return _in_params(subject, broken, (TASK, kind, at, *inner))
    options: tuple[Step, ...] = ("driver_opts", *inner) if inner else ()
    path = ("volumes", name, *options)
    return _problem(broken, path, where(subject.project.tree, *path))


def _name_at(volumes: Sequence[Document], index: Step) -> str:
    return str(volumes[int(index)]["name"])


def _in_params(subject: Subject, broken: Broken, path: tuple[Step, ...]) -> Problem:
    place = subject.params.where(*path) if section(subject.params.tree, str(path[0])) else None
    return _problem(broken, path, place or where(subject.project.tree, "services"))


def _before_index(steps: Sequence[Step]) -> Sequence[Step]:
    """The keys up to the first item of a list: items of Compose files are not numbered as those of
    the request are."""
    for at, step in enumerate(steps):
        if isinstance(step, int):
            return steps[:at]
    return steps


def _problem(broken: Broken, path: Sequence[Step], place: Mark | None) -> Problem:
    return Problem(dotted(tuple(path)), broken.message, place, broken.hint)
