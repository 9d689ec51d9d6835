"""Rules of the network mode and the launch type: whether they fit, links, and the fields that they
refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.compose.ecs.refusals import REFUSALS, Refusal
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]
RESERVATIONS = ("deploy", "resources", "reservations")
ACCELERATORS = (("gpus",), (*RESERVATIONS, "devices"), (*RESERVATIONS, "generic_resources"))


def mode(subject: Subject) -> Found:
    """A task on Fargate names its network mode."""
    if subject.fargate and not subject.definition.get("networkMode"):
        hint = (
            "write task_definition: {ecs_network_mode: awsvpc} in ecs-params.yml, or remove"
            ' "version" from the Compose file, which is then read as those of today'
        )
        problem = subject.of_task("ecs_network_mode", "Fargate needs network mode awsvpc", hint)
        yield problem.as_fatal()


def compatibility(subject: Subject) -> Found:
    """A task definition can only run on the launch types that it requires."""
    required = [str(each) for each in subject.items("requiresCompatibilities")]
    if required and subject.launch_type not in required:
        yield subject.of_task(
            "task_definition_extra.requiresCompatibilities",
            f"the launch type is {subject.launch_type}, and the task definition requires"
            f" {listed(required)}",
            "name the same launch type in both",
        )


def links(subject: Subject, one: Container) -> Found:
    """Links name containers of the task, in network mode bridge alone."""
    given = one.definition.get("links") or ()
    for link in given:
        target = str(link).split(":")[0]
        if target not in subject.names:
            hint = f"there are {listed(subject.names)}"
            yield one.problem("links", f"no such container: {target}", hint)
    if given and subject.network_mode not in ("bridge", "awsvpc"):
        message = f"network mode {subject.network_mode} has no links"
        yield one.problem("links", message, "use bridge, or leave links out")


def refusals(subject: Subject, one: Container) -> Found:
    """Fargate refuses it, or network mode awsvpc does, where it holds anything."""
    for refusal in REFUSALS:
        if not refusal.value(one.definition):
            continue
        if subject.fargate:
            key = _key(subject, one, refusal)
            yield one.problem(key, "not possible on Fargate", refusal.hint)
        elif subject.network_mode == "awsvpc" and refusal.in_awsvpc:
            yield one.problem(refusal.key, "not possible in network mode awsvpc", refusal.hint)


def _key(subject: Subject, one: Container, refusal: Refusal) -> str:
    """The key that asks for a field; several ask for devices."""
    if refusal.field != "resourceRequirements":
        return refusal.key
    if subject.params.of(one.name).gpu:
        return "gpu"
    service = subject.services.get(one.name)
    tree = service.tree if service else {}
    written = [path for path in ACCELERATORS if _exists(tree, path)]
    return ".".join(written[0]) if written else refusal.key


def _exists(tree: object, path: tuple[str, ...]) -> bool:
    """Whether a document has something at a path of keys."""
    for step in path:
        if not isinstance(tree, Mapping) or step not in tree:
            return False
        tree = tree[step]
    return True


RULES = (mode, compatibility)
CONTAINER_RULES = (links, refusals)
