"""Rules for one container: names, health check, resources, limits, logging, environment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import chain

from ecscli.base.nearest import did_you_mean
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]
HEALTH = (  # field of healthCheck, Compose key, range
    ("interval", "interval", limits.HEALTH_INTERVAL),
    ("timeout", "timeout", limits.HEALTH_TIMEOUT),
    ("retries", "retries", limits.HEALTH_RETRIES),
    ("startPeriod", "start_period", limits.HEALTH_START_PERIOD),
)
SECRET = re.compile(r"arn:aws[\w-]*:(ssm|secretsmanager):[\w-]*:\d{12}:\S+|/?[\w.-]+(/[\w.-]+)*")


def name(subject: Subject, one: Container) -> Found:
    if not limits.NAME.fullmatch(one["name"]):
        yield subject.of_service(
            one["name"],
            "container_name",
            f'"{one["name"]}" cannot be the name of a container',
            "1 to 255 letters, digits, dashes and underscores: rename the service",
        )._replace(path=f"services.{one['name']}")


def image(subject: Subject, one: Container) -> Found:
    reference = str(one.get("image") or "").strip()
    if not reference:
        yield subject.of_service(
            one["name"], "image", "is missing", "build and push an image, then name it here"
        )
    elif len(reference.split("@")[0]) > limits.MAX_IMAGE_LENGTH:
        yield subject.of_service(
            one["name"], "image", f"is longer than {limits.MAX_IMAGE_LENGTH} characters"
        )


def health(subject: Subject, one: Container) -> Found:
    check = one.get("healthCheck") or {}
    for field, key, allowed in HEALTH:
        value = check.get(field)
        if value is not None and value not in allowed:
            yield subject.of_service(
                one["name"],
                f"healthcheck.{key}",
                f"{value} is out of range",
                f"ECS allows {allowed}",
            )
    command = check.get("command") or ()
    if check and (not command or command[0] not in ("CMD", "CMD-SHELL", "NONE")):
        yield subject.of_service(
            one["name"],
            "healthcheck.test",
            "must begin with CMD or CMD-SHELL",
            'write test: ["CMD", "program", "..."]',
        )


def memory(subject: Subject, one: Container) -> Found:
    limit, reserved = one.get("memory") or 0, one.get("memoryReservation") or 0
    for key, value in (("mem_limit", limit), ("mem_reservation", reserved)):
        if 0 < value < limits.MIN_CONTAINER_MEMORY:
            yield subject.of_service(
                one["name"],
                key,
                f"{value} MiB is too little for a container to start",
                f"Docker needs {limits.MIN_CONTAINER_MEMORY} MiB",
            )._replace(severity="warning")
    if limit and reserved > limit:
        yield subject.of_service(
            one["name"],
            "mem_reservation",
            f"{reserved} MiB is above the limit of {limit} MiB",
            "mem_limit must be greater than mem_reservation",
        )


def stop_timeout(subject: Subject, one: Container) -> Found:
    value = one.get("stopTimeout")
    if value is None:
        return
    if subject.fargate and value not in limits.STOP_TIMEOUT_FARGATE:
        yield subject.of_service(
            one["name"],
            "stop_grace_period",
            f"{value} seconds is out of range",
            f"Fargate allows {limits.STOP_TIMEOUT_FARGATE}",
        )
    elif value < 0:
        yield subject.of_service(one["name"], "stop_grace_period", "must not be negative")


def restart(subject: Subject, one: Container) -> Found:
    policy = one.get("restartPolicy") or {}
    period = policy.get("restartAttemptPeriod")
    if period is not None and period not in limits.RESTART_PERIOD:
        yield subject.of_service(
            one["name"],
            "deploy.restart_policy.window",
            f"{period} seconds is out of range",
            f"ECS allows {limits.RESTART_PERIOD}",
        )
    if len(policy.get("ignoredExitCodes") or ()) > limits.MAX_IGNORED_EXIT_CODES:
        said = f"more than {limits.MAX_IGNORED_EXIT_CODES} exit codes to ignore"
        yield subject.of_service(one["name"], "restart_policy", said)


def environment_files(subject: Subject, one: Container) -> Found:
    files = one.get("environmentFiles") or ()
    if len(files) > limits.MAX_ENVIRONMENT_FILES:
        said = f"{len(files)} files; {limits.MAX_ENVIRONMENT_FILES} at most"
        yield subject.of_service(one["name"], "environment_files", said)
    for file in files:
        if not str(file.get("value") or "").endswith(".env"):
            yield subject.of_service(
                one["name"], "environment_files", f"{file.get('value')} does not end in .env"
            )


def ulimits(subject: Subject, one: Container) -> Found:
    for each in one.get("ulimits") or ():
        key = f"ulimits.{each['name']}"
        if each["name"] not in limits.ULIMIT_NAMES:
            yield subject.of_service(
                one["name"], key, "no such limit", _meant(each["name"], limits.ULIMIT_NAMES)
            )
        elif each["hardLimit"] != -1 and (
            each["softLimit"] > each["hardLimit"] or each["softLimit"] == -1
        ):
            yield subject.of_service(one["name"], key, "the soft limit is above the hard limit")


def capabilities(subject: Subject, one: Container) -> Found:
    found = (one.get("linuxParameters") or {}).get("capabilities") or {}
    for side, key in (("add", "cap_add"), ("drop", "cap_drop")):
        for capability in found.get(side) or ():
            if capability not in limits.CAPABILITIES:
                yield subject.of_service(
                    one["name"],
                    key,
                    f"no such capability: {capability}",
                    _meant(capability, limits.CAPABILITIES),
                )
            elif (
                subject.fargate
                and side == "add"
                and capability not in limits.FARGATE_ADDED_CAPABILITIES
            ):
                yield subject.of_service(
                    one["name"],
                    key,
                    f"Fargate cannot add {capability}",
                    "SYS_PTRACE alone; or use launch type EC2",
                )


def logging(subject: Subject, one: Container) -> Found:
    configuration = one.get("logConfiguration") or {}
    driver, options = configuration.get("logDriver"), configuration.get("options") or {}
    if not configuration:
        return
    drivers = limits.LOG_DRIVERS[subject.launch_type]
    if driver not in drivers:
        yield subject.of_service(
            one["name"],
            "logging.driver",
            f'"{driver or ""}" is no log driver of {subject.launch_type}',
            f"one of {listed(drivers)}",
        )
    if driver == "awslogs":
        # In today's files `up` fills in the region that it works in; old ones are sent as they are.
        filled = () if subject.project.dialect.reproduces_ecs_cli else ("awslogs-region",)
        needed = {
            *limits.AWSLOGS_REQUIRED,
            *(("awslogs-stream-prefix",) if subject.fargate else ()),
        }.difference(filled)
        for option in sorted(needed):
            if not options.get(option):
                yield subject.of_service(
                    one["name"], "logging.options", f"the driver awslogs needs {option}"
                )


def environment(subject: Subject, one: Container) -> Found:
    given = {pair["name"] for pair in one.get("environment") or ()}
    if "" in given:
        yield subject.of_service(one["name"], "environment", "a variable without a name")
    secrets = Counter(secret["name"] for secret in one.get("secrets") or ())
    for name, times in secrets.items():
        if name in given or times > 1:
            both = "environment too" if name in given else "another secret"
            yield subject.of_service(
                one["name"], "secrets", f"{name} is set by {both}", "ECS takes each variable once"
            )


def secrets(subject: Subject, one: Container) -> Found:
    logging = (one.get("logConfiguration") or {}).get("secretOptions") or ()
    for secret in chain(one.get("secrets") or (), logging):
        if not SECRET.fullmatch(secret.get("valueFrom") or ""):
            yield subject.of_service(
                one["name"],
                "secrets",
                f"{secret['name']}: valueFrom is neither an ARN nor a parameter name",
                "the ARN of a Secrets Manager secret, or the name or ARN of an SSM parameter",
            )


def sysctls(subject: Subject, one: Container) -> Found:
    for control in one.get("systemControls") or ():
        namespace = control["namespace"]
        if namespace not in limits.IPC_SYSCTLS and not namespace.startswith(limits.SYSCTL_PREFIXES):
            yield subject.of_service(
                one["name"],
                "sysctls",
                f"{namespace} is not a setting of a namespace",
                "net.*, fs.mqueue.* or IPC",
            )
        elif subject.network_mode == "host" and namespace.startswith("net."):
            yield subject.of_service(
                one["name"], "sysctls", f"{namespace} cannot be set with network mode host"
            )


def swap(subject: Subject, one: Container) -> Found:
    linux = one.get("linuxParameters") or {}
    if linux.get("swappiness") is not None:
        if linux["swappiness"] not in limits.SWAPPINESS:
            yield subject.of_service(
                one["name"], "mem_swappiness", "is out of range", f"{limits.SWAPPINESS}"
            )
        if linux.get("maxSwap") is None:
            yield subject.of_service(
                one["name"],
                "mem_swappiness",
                "has no effect without memswap_limit",
                "set memswap_limit too",
            )._replace(severity="warning")


def dependencies(subject: Subject, one: Container) -> Found:
    for edge in one.get("dependsOn") or ():
        name, condition = edge["containerName"], edge["condition"]
        key = f"depends_on.{name}"
        other = subject.named.get(name)
        if name == one["name"]:
            yield subject.of_service(one["name"], key, "a container cannot depend on itself")
        elif other is None:
            yield subject.of_service(
                one["name"], key, f"no such container: {name}", f"there are {listed(subject.names)}"
            )
        elif condition not in ("START", "COMPLETE", "SUCCESS", "HEALTHY"):
            yield subject.of_service(
                one["name"],
                key,
                f"no such condition: {condition}",
                "START, COMPLETE, SUCCESS, HEALTHY",
            )
        elif condition == "HEALTHY" and not other.get("healthCheck"):
            yield subject.of_service(
                one["name"], key, f"{name} has no healthcheck to wait for", f"give {name} one"
            )
        elif condition in ("COMPLETE", "SUCCESS") and other.get("essential", True):
            yield subject.of_service(
                one["name"],
                key,
                f"{name} may end, so it cannot be essential",
                f"essential: false for {name} in ecs-params",
            )


def _meant(name: str, names: Collection[str]) -> str:
    return did_you_mean(name, names) or f"ECS knows {listed(names)}"


RULES = (
    *(name, image, health, memory, stop_timeout, restart, environment_files, ulimits, capabilities),
    *(logging, environment, secrets, sysctls, swap, dependencies),
)
