"""Rules for one container: its image, memory, limits, logging, environment and secrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecscli.base.errors import shorten
from ecscli.compose.ecs import images, limits
from ecscli.compose.ecs.agent_role import Need, needs_of_execution_role
from ecscli.compose.rules.subject import Container, Problem, Subject

Found = Iterator[Problem]


def image(subject: Subject, one: Container) -> Found:
    """An image is named by the grammar of registries, in 255 characters at most before a digest."""
    reference = images.without_places(one.text("image").strip())
    name, at, digest = reference.partition("@")
    message, hint = "", None
    if not reference:
        message, hint = "is missing", "build and push an image, then name it here"
    elif len(name) > limits.MAX_IMAGE_LENGTH:
        message = f"is longer than {limits.MAX_IMAGE_LENGTH} characters"
    elif not images.NAME.fullmatch(name):
        message, hint = f'"{shorten(reference)}" is not the name of an image', images.FORM
    elif at and not images.DIGEST.fullmatch(digest):
        message, hint = "the digest is not sha256: and 64 hexadecimal digits", images.FORM
    if message:
        problem = one.problem("image", message, hint)
        if not reference:  # where translation misses it as well
            problem = problem._replace(where=subject.place(one.name, "build"))
        yield problem


def execution_role(subject: Subject) -> Found:
    """A task with secrets, with credentials of a registry or with files of variables in S3 has an
    execution role; on Fargate one that logs to awslogs or that pulls from ECR as well. It is a
    warning where nobody looked for one on AWS."""
    if subject.definition.get("executionRoleArn"):
        return
    needs = list(needs_of_execution_role(subject.definition, subject.launch_type))
    if needs:
        problem = _without_role(subject, needs[0])
        is_open = subject.run.execution_role is None and not subject.reproduces_ecs_cli
        yield problem.as_warning() if is_open else problem


def _without_role(subject: Subject, need: Need) -> Problem:
    one, key = subject.named[need.container], _key_in_file(subject, need)
    why, hint = _why_and_hint(subject)
    if one.name in subject.services:
        return one.problem(key, f"needs an execution role{why}", hint)
    # the container that delivers files
    return subject.of_task("task_execution_role", f"{key} need an execution role{why}", hint)


def _key_in_file(subject: Subject, need: Need) -> str:
    """Secrets may be those that a config's content is delivered by."""
    service = subject.services.get(need.container)
    has_configs_alone = service is not None and service.configs and not service.secrets
    return "configs" if need.key == "secrets" and has_configs_alone else need.key


def _why_and_hint(subject: Subject) -> tuple[str, str]:
    """Why there is none, as far as that is known, and the ways to one."""
    named = "give task_definition.task_execution_role in ecs-params.yml"
    found = subject.run.execution_role
    if found is not None:
        why = f", and {found.why}" if found.why else ""
        return why, f"{found.way}; or {named}" if found.way else named
    if subject.reproduces_ecs_cli:
        return "", named
    return "", f"{named}, or let --capability-iam make one where the account has none"


def memory(subject: Subject, one: Container) -> Found:
    """The soft limit is not above the hard one, and below 6 MiB no container starts."""
    limit, reserved = one.number("memory"), one.number("memoryReservation")
    for key, value in (("mem_limit", limit), ("mem_reservation", reserved)):
        if 0 < value < limits.MIN_CONTAINER_MEMORY:
            message = f"{value} MiB is too little for a container to start"
            hint = f"Docker needs {limits.MIN_CONTAINER_MEMORY} MiB"
            yield one.problem(key, message, hint).as_warning()
    if limit and reserved > limit:
        yield one.problem(
            "mem_reservation",
            f"{reserved} MiB is above the limit of {limit} MiB",
            "mem_limit must be greater than mem_reservation",
        )


def ulimits(subject: Subject, one: Container) -> Found:
    """The soft limit is not above the hard one; -1 is no limit."""
    for limit in one.items("ulimits"):
        soft, hard = limit["softLimit"], limit["hardLimit"]
        if hard != -1 and (soft > hard or soft == -1):
            message = "the soft limit is above the hard limit"
            yield one.problem(f"ulimits.{limit['name']}", message)


def awslogs_options(subject: Subject, one: Container) -> Found:
    """The driver awslogs has a group and a region, and on Fargate a prefix of its streams."""
    configuration = one.mapping("logConfiguration")
    if configuration.get("logDriver") != "awslogs":
        return
    options = configuration.get("options") or {}
    needed = set(limits.AWSLOGS_REQUIRED)
    if subject.fargate:
        needed.add("awslogs-stream-prefix")
    # In today's files `up` fills in the region that it works in; old ones are sent as they are.
    if not subject.project.dialect.reproduces_ecs_cli:
        needed.remove("awslogs-region")
    for option in sorted(needed):
        if not options.get(option):
            yield one.problem("logging.options", f"the driver awslogs needs {option}")


def firelens(subject: Subject, one: Container) -> Found:
    """A log router on Fargate reads its configuration from a file of its image."""
    options = one.mapping("firelensConfiguration").get("options") or {}
    kind = options.get("config-file-type")
    if subject.fargate and kind not in (None, "file"):
        message = f'config-file-type "{kind}" is not a choice on Fargate'
        yield one.problem("firelens_configuration.options", message, "choose file")


def environment(subject: Subject, one: Container) -> Found:
    """Each variable has a name, and is set once: by environment or by one secret."""
    given = {pair["name"] for pair in one.items("environment")}
    if "" in given:
        yield one.problem("environment", "a variable without a name")
    secrets = Counter(str(secret["name"]) for secret in one.items("secrets"))
    for name, times in secrets.items():
        if name in given:
            other = "environment too"
        elif times > 1:
            other = "another secret"
        else:
            continue
        yield one.problem("secrets", f"{name} is set by {other}", "ECS takes each variable once")


def sysctls(subject: Subject, one: Container) -> Found:
    """In network mode host the settings net.* are those of the instance."""
    for control in one.items("systemControls"):
        namespace = str(control.get("namespace"))
        if subject.network_mode == "host" and namespace.startswith("net."):
            yield one.problem("sysctls", f"{namespace} cannot be set with network mode host")


def swap(subject: Subject, one: Container) -> Found:
    """Swappiness has an effect beside a swap limit alone."""
    if one.linux.get("swappiness") is not None and one.linux.get("maxSwap") is None:
        message = "has no effect without memswap_limit"
        yield one.problem("mem_swappiness", message, "set memswap_limit too").as_warning()


RULES = (image, memory, ulimits, awslogs_options, firelens, environment, sysctls, swap)
TASK_RULES = (execution_role,)
