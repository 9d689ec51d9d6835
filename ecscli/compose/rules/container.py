"""Rules for one container: its name, image, memory, limits, logging, environment and secrets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from ecscli.base.nearest import did_you_mean
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]
SECRET = re.compile(r"arn:aws[\w-]*:(ssm|secretsmanager):[\w-]*:\d{12}:\S+|/?[\w.-]+(/[\w.-]+)*")


def name(subject: Subject, one: Container) -> Found:
    if not limits.NAME.fullmatch(one.name):
        problem = one.problem(
            "container_name",
            f'"{one.name}" cannot be the name of a container',
            "1 to 255 letters, digits, dashes and underscores: rename the service",
        )
        yield problem._replace(path=f"services.{one.name}")


def image(subject: Subject, one: Container) -> Found:
    reference = one.text("image").strip()
    if not reference:
        yield one.problem("image", "is missing", "build and push an image, then name it here")
    elif len(reference.split("@")[0]) > limits.MAX_IMAGE_LENGTH:
        yield one.problem("image", f"is longer than {limits.MAX_IMAGE_LENGTH} characters")


def memory(subject: Subject, one: Container) -> Found:
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


def stop_timeout(subject: Subject, one: Container) -> Found:
    value = one.definition.get("stopTimeout")
    if value is None:
        return
    if subject.fargate and value not in limits.STOP_TIMEOUT_FARGATE:
        yield one.problem(
            "stop_grace_period",
            f"{value} seconds is out of range",
            f"Fargate allows {limits.STOP_TIMEOUT_FARGATE}",
        )
    elif value < 0:
        yield one.problem("stop_grace_period", "must not be negative")


def environment_files(subject: Subject, one: Container) -> Found:
    files = one.items("environmentFiles")
    if len(files) > limits.MAX_ENVIRONMENT_FILES:
        message = f"{len(files)} files; {limits.MAX_ENVIRONMENT_FILES} at most"
        yield one.problem("environment_files", message)
    for file in files:
        if not str(file.get("value") or "").endswith(".env"):
            yield one.problem("environment_files", f"{file.get('value')} does not end in .env")


def ulimits(subject: Subject, one: Container) -> Found:
    for limit in one.items("ulimits"):
        key, soft, hard = f"ulimits.{limit['name']}", limit["softLimit"], limit["hardLimit"]
        is_above = hard != -1 and (soft > hard or soft == -1)
        if limit["name"] not in limits.ULIMIT_NAMES:
            yield one.problem(key, "no such limit", _meant(limit["name"], limits.ULIMIT_NAMES))
        elif is_above:
            yield one.problem(key, "the soft limit is above the hard limit")


def capabilities(subject: Subject, one: Container) -> Found:
    given = one.linux.get("capabilities") or {}
    for side, key in (("add", "cap_add"), ("drop", "cap_drop")):
        for capability in given.get(side) or ():
            if capability not in limits.CAPABILITIES:
                message = f"no such capability: {capability}"
                yield one.problem(key, message, _meant(capability, limits.CAPABILITIES))


def fargate_capabilities(subject: Subject, one: Container) -> Found:
    if not subject.fargate:
        return
    added = (one.linux.get("capabilities") or {}).get("add") or ()
    refused = [
        name
        for name in added
        if name in limits.CAPABILITIES and name not in limits.FARGATE_ADDED_CAPABILITIES
    ]
    if refused:
        message = f"Fargate cannot add {', '.join(refused)}"
        yield one.problem("cap_add", message, "SYS_PTRACE alone; or use launch type EC2")


def log_driver(subject: Subject, one: Container) -> Found:
    configuration = one.mapping("logConfiguration")
    driver = configuration.get("logDriver")
    drivers = limits.LOG_DRIVERS[subject.launch_type]
    if configuration and driver not in drivers:
        message = f'{subject.launch_type} has no log driver "{driver or ""}"'
        yield one.problem("logging.driver", message, f"use one of {listed(drivers)}")


def awslogs_options(subject: Subject, one: Container) -> Found:
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


def environment(subject: Subject, one: Container) -> Found:
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


def secrets(subject: Subject, one: Container) -> Found:
    of_logging = one.mapping("logConfiguration").get("secretOptions") or ()
    for secret in (*one.items("secrets"), *of_logging):
        if not SECRET.fullmatch(secret.get("valueFrom") or ""):
            yield one.problem(
                "secrets",
                f"{secret['name']}: valueFrom is neither an ARN nor a parameter name",
                "the ARN of a Secrets Manager secret, or the name or ARN of an SSM parameter",
            )


def sysctls(subject: Subject, one: Container) -> Found:
    for control in one.items("systemControls"):
        namespace = str(control["namespace"])
        is_known = namespace in limits.IPC_SYSCTLS or namespace.startswith(limits.SYSCTL_PREFIXES)
        if not is_known:
            message = f"{namespace} is not a setting of a namespace"
            yield one.problem("sysctls", message, "net.*, fs.mqueue.* or IPC")
        elif subject.network_mode == "host" and namespace.startswith("net."):
            yield one.problem("sysctls", f"{namespace} cannot be set with network mode host")


def swap(subject: Subject, one: Container) -> Found:
    swappiness = one.linux.get("swappiness")
    if swappiness is None:
        return
    if swappiness not in limits.SWAPPINESS:
        yield one.problem("mem_swappiness", "is out of range", f"{limits.SWAPPINESS}")
    if one.linux.get("maxSwap") is None:
        message = "has no effect without memswap_limit"
        yield one.problem("mem_swappiness", message, "set memswap_limit too").as_warning()


def _meant(name: str, names: Collection[str]) -> str:
    return did_you_mean(name, names) or f"ECS has {listed(names)}"


RULES = (
    *(name, image, memory, stop_timeout, environment_files, ulimits),
    *(capabilities, fargate_capabilities, log_driver, awslogs_options),
    *(environment, secrets, sysctls, swap),
)
