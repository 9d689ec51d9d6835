"""Two task definitions -> whether they are the same: defaults taken out, order that means nothing
sorted.

A definition comes as RegisterTaskDefinition takes it or as DescribeTaskDefinition returns it (its
`tags`, which stand beside it there, put into it by the caller). Equal results mean that registering
would change nothing. Fields that this module does not know are compared as they are, so that no new
field is ever lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.limits import FARGATE
from ecscli.up.model import Ref

EMPTY: tuple[object, ...] = (None, "", [], {})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What ECS adds to a definition when it registers it; no part of a request.
OUTPUT_ONLY = _words("""
    taskDefinitionArn revision status requiresAttributes compatibilities registeredAt registeredBy
    deregisteredAt deleteRequestedAt
""")

# Path -> the value that ECS takes for an absent one, and partly writes back. `[]` are the items of
# a list.
DEFAULTS: Document = {
    "enableFaultInjection": False,
    "containerDefinitions[].cpu": 0,
    "containerDefinitions[].essential": True,
    "containerDefinitions[].privileged": False,
    "containerDefinitions[].interactive": False,
    "containerDefinitions[].pseudoTerminal": False,
    "containerDefinitions[].disableNetworking": False,
    "containerDefinitions[].readonlyRootFilesystem": False,
    "containerDefinitions[].versionConsistency": "enabled",
    "containerDefinitions[].portMappings[].hostPort": 0,
    "containerDefinitions[].portMappings[].protocol": "tcp",
    "containerDefinitions[].mountPoints[].readOnly": False,
    "containerDefinitions[].volumesFrom[].readOnly": False,
    "containerDefinitions[].linuxParameters.initProcessEnabled": False,
    "containerDefinitions[].linuxParameters.sharedMemorySize": 0,
    "containerDefinitions[].healthCheck.interval": 30,
    "containerDefinitions[].healthCheck.timeout": 5,
    "containerDefinitions[].healthCheck.retries": 3,
    "containerDefinitions[].healthCheck.startPeriod": 0,
    "containerDefinitions[].restartPolicy.restartAttemptPeriod": 300,
    "volumes[].dockerVolumeConfiguration.scope": "task",
    "volumes[].dockerVolumeConfiguration.autoprovision": False,
    "volumes[].efsVolumeConfiguration.rootDirectory": "/",
    "volumes[].efsVolumeConfiguration.transitEncryption": "DISABLED",
    "volumes[].efsVolumeConfiguration.authorizationConfig.iam": "DISABLED",
    "volumes[].configuredAtLaunch": False,
}

# Lists whose order means nothing to ECS.
UNORDERED = _words("""
    tags volumes placementConstraints requiresCompatibilities inferenceAccelerators
    proxyConfiguration.properties containerDefinitions
""") | {
    f"containerDefinitions[].{field}"
    for field in _words("""
        portMappings mountPoints volumesFrom links ulimits secrets dependsOn extraHosts
        systemControls credentialSpecs resourceRequirements dockerSecurityOptions
        restartPolicy.ignoredExitCodes logConfiguration.secretOptions
        linuxParameters.capabilities.add linuxParameters.capabilities.drop linuxParameters.devices
        linuxParameters.tmpfs linuxParameters.devices[].permissions
        linuxParameters.tmpfs[].mountOptions
    """)
}


def normalize(definition: Document) -> Draft:
    """The definition in the one form in which equal ones are equal; keys sorted, nothing empty."""
    given = {name: value for name, value in definition.items() if name not in OUTPUT_ONLY}
    for name, rewrite in REWRITES.items():
        if name in given:
            given[name] = rewrite(given[name])
    usual = "awsvpc" if FARGATE in (given.get("requiresCompatibilities") or ()) else "bridge"
    mode = given.get("networkMode") or usual
    given["networkMode"] = None if mode == usual else mode
    given["containerDefinitions"] = [
        _container(item, mode) for item in given.get("containerDefinitions", ())
    ]
    return _members(given, "")


def same(one: Document, other: Document) -> bool:
    """Whether registering `one` over the latest revision `other` would change nothing."""
    return normalize(one) == normalize(other)


def _container(container: Document, network_mode: str) -> Draft:
    """The rules of a container that a table of defaults cannot hold."""
    done = dict(container)
    if network_mode in ("awsvpc", "host"):
        done["portMappings"] = [
            _shared_port(mapping) for mapping in container.get("portMappings") or ()
        ]
    if "environment" in container:
        done["environment"] = _environment(container["environment"] or ())
    if not (container.get("restartPolicy") or {}).get("enabled"):
        done.pop("restartPolicy", None)
    if "healthCheck" in container and not (container["healthCheck"] or {}).get("command"):
        done.pop("healthCheck")
    return done


def _shared_port(mapping: Document) -> Draft:
    """Where task and interface share their ports ECS writes the container's port as the host's
    too."""
    return {
        name: value
        for name, value in mapping.items()
        if name != "hostPort" or value != mapping["containerPort"]
    }


def _environment(pairs: Iterable[Document]) -> list[Draft]:
    """By name; of one name given twice the later wins in the container, so their order is kept."""
    return sorted((dict(pair) for pair in pairs), key=lambda pair: str(pair.get("name")))


def _plain(value: object, path: str) -> object:
    """Without empty values and defaults, unordered lists sorted."""
    if isinstance(value, Mapping):
        return _members(value, path)
    if isinstance(value, list | tuple):
        done = [_plain(item, f"{path}[]") for item in value]
        return sorted(done, key=_sort_key) if path in UNORDERED else done
    return value


def _members(value: Document, path: str) -> Draft:
    members: Draft = {}
    for name in sorted(value):
        below = f"{path}.{name}".lstrip(".")
        item = _plain(value[name], below)
        if item not in EMPTY and not _is_default(below, item):
            members[name] = item
    return members


def _is_default(path: str, value: object) -> bool:
    """1 and True are equal in Python, and differ for ECS."""
    default = DEFAULTS.get(path)
    return default is not None and default == value and type(default) is type(value)


def _sort_key(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


# ------------------------------------------------------------------- values that ECS rewrites


def _units(factor: int, word: str) -> Callable[[object], str]:
    """`1 vCPU` and `0.5GB` come back as `1024` and `512`."""

    def rewrite(value: object) -> str:
        text = str(value).strip()
        number = text.lower().removesuffix(word).strip()
        if number == text.lower():
            return text
        try:
            return str(round(float(number) * factor))
        except ValueError:
            return text

    return rewrite


def _role(value: object) -> object:
    """A role may be given by its name and comes back as its ARN; both are of the caller's own
    account. One that is still to be made stays."""
    if isinstance(value, Ref):
        return value
    return str(value or "").rpartition(":role/")[2]


REWRITES: Mapping[str, Callable[[object], object]] = {
    "cpu": _units(1024, "vcpu"),
    "memory": _units(1024, "gb"),
    "taskRoleArn": _role,
    "executionRoleArn": _role,
}
