"""The tables of Compose keys: each key of each section -> the form that reads it into its canonical
shape.

`read_document` takes one file's raw tree (variables replaced) and gives the canonical one: short
forms long, texts and numbers checked, paths absolute; everything that is wrong is noted in the
reader.
"""

from __future__ import annotations

from typing import TypeVar

from ecscli.base.marks import Map, Mark, Raw, Seq
from ecscli.compose.read.build_forms import build
from ecscli.compose.read.device_forms import (
    GENERIC_RESOURCES,
    device,
    device_requests,
    reserved_devices,
    ulimits,
)
from ecscli.compose.read.forms import (
    Fields,
    Form,
    anything,
    boolean,
    duration,
    integer,
    key_values,
    labels,
    list_of,
    mapping,
    null_or,
    number,
    one_or_more,
    scalar_text,
    size,
    size_or_unlimited,
    table,
    text,
    text_or_number,
    texts,
    whole,
    word,
)
from ecscli.compose.read.mounts import mounts, resolve_path, volumes_from
from ecscli.compose.read.ports import expose, ports
from ecscli.compose.read.reader import DROP, Dropped, Reader
from ecscli.compose.read.shorts import (
    command,
    depends_on,
    env_file,
    environment,
    extends,
    extra_hosts,
    grants,
    healthcheck,
    local_path,
    named,
)

NAMES = r"[a-zA-Z0-9._-]+"
T = TypeVar("T")
strings = one_or_more(texts)
options = table(scalar_text)


def given_strings(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Map | Dropped:
    """Texts, the empty ones of unset variables left out."""
    return DROP if value == "" else strings(reader, value, at, path)


numbers_or_texts = list_of(text_or_number)

HOOK = mapping(
    {
        "command": command,
        "user": text_or_number,
        "privileged": boolean,
        "working_dir": text,
        "environment": key_values,
    },
    "command",
)

UPDATE = mapping(
    {
        "parallelism": integer,
        "delay": duration,
        "failure_action": text,
        "monitor": duration,
        "max_failure_ratio": number,
        "order": word("start-first", "stop-first"),
    }
)

DEPLOY: Fields = {
    "mode": text,
    "endpoint_mode": text,
    "replicas": integer,
    "labels": labels,
    "rollback_config": UPDATE,
    "update_config": UPDATE,
    "resources": mapping(
        {
            "limits": mapping({"cpus": number, "memory": size, "pids": integer}),
            "reservations": mapping(
                {
                    "cpus": number,
                    "memory": size,
                    "generic_resources": GENERIC_RESOURCES,
                    "devices": reserved_devices,
                }
            ),
        }
    ),
    "restart_policy": mapping(
        {"condition": text, "delay": duration, "max_attempts": integer, "window": duration}
    ),
    "placement": mapping(
        {
            "constraints": list_of(text, unique=False),
            "preferences": list_of(mapping({"spread": text}), unique=False),
            "max_replicas_per_node": integer,
        }
    ),
}

WATCH = mapping(
    {
        "path": local_path,
        "action": word("rebuild", "sync", "restart", "sync+restart", "sync+exec"),
        "target": text,
        "ignore": strings,
        "include": strings,
        "initial_sync": boolean,
        "exec": HOOK,
    },
    "path",
    "action",
)

NETWORK_ATTACHMENT = mapping(
    {
        "aliases": texts,
        "interface_name": text,
        "ipv4_address": text,
        "ipv6_address": text,
        "link_local_ips": texts,
        "mac_address": text,
        "driver_opts": options,
        "priority": number,
        "gw_priority": number,
    }
)

DEVICE_RATES = list_of(mapping({"path": text, "rate": size}))


SERVICE: Fields = {
    "annotations": labels,
    "attach": boolean,
    "blkio_config": mapping(
        {
            "device_read_bps": DEVICE_RATES,
            "device_read_iops": DEVICE_RATES,
            "device_write_bps": DEVICE_RATES,
            "device_write_iops": DEVICE_RATES,
            "weight": integer,
            "weight_device": list_of(mapping({"path": text, "weight": integer})),
        }
    ),
    "build": build,
    "cap_add": texts,
    "cap_drop": texts,
    "cgroup": word("host", "private"),
    "cgroup_parent": text,
    "command": command,
    "configs": grants,
    "container_name": text,
    "cpu_count": integer,
    "cpu_percent": number,
    "cpu_period": integer,
    "cpu_quota": integer,
    "cpu_rt_period": text_or_number,
    "cpu_rt_runtime": text_or_number,
    "cpu_shares": integer,
    "cpus": number,
    "cpuset": text_or_number,
    "credential_spec": mapping({"config": text, "file": text, "registry": text}),
    "depends_on": depends_on,
    "deploy": mapping(DEPLOY),
    "develop": mapping({"watch": list_of(WATCH, unique=False)}),
    "device_cgroup_rules": texts,
    "devices": list_of(device, identity=lambda found: found.get("target") or found["source"]),
    "dns": given_strings,
    "dns_opt": texts,
    "dns_search": given_strings,
    "domainname": text,
    "entrypoint": command,
    "env_file": env_file,
    "environment": environment,
    "expose": expose,
    "extends": extends,
    "external_links": texts,
    "extra_hosts": extra_hosts,
    "gpus": device_requests,
    "group_add": numbers_or_texts,
    "healthcheck": healthcheck,
    "hostname": text,
    "image": text,
    "init": boolean,
    "ipc": text,
    "isolation": text,
    "label_file": one_or_more(list_of(local_path)),
    "labels": labels,
    "links": texts,
    "logging": mapping({"driver": text, "options": labels}),
    "mac_address": text,
    "mem_limit": size,
    "mem_reservation": size,
    "mem_swappiness": integer,
    "memswap_limit": size_or_unlimited,
    "models": named(mapping({"endpoint_var": text, "model_var": text})),
    "network_mode": text,
    "networks": named(NETWORK_ATTACHMENT),
    "oom_kill_disable": boolean,
    "oom_score_adj": whole(-1000, 1000),
    "pid": text,
    "pids_limit": integer,
    "platform": text,
    "ports": ports,
    "post_start": list_of(HOOK, unique=False),
    "pre_stop": list_of(HOOK, unique=False),
    "privileged": boolean,
    "profiles": texts,
    "provider": mapping({"type": text, "options": anything}, "type"),
    "pull_policy": text,
    "pull_refresh_after": text,
    "read_only": boolean,
    "restart": text,
    "runtime": text,
    "scale": integer,
    "secrets": grants,
    "security_opt": texts,
    "shm_size": size,
    "stdin_open": boolean,
    "stop_grace_period": duration,
    "stop_signal": text,
    "storage_opt": options,
    "sysctls": key_values,
    "tmpfs": strings,
    "tty": boolean,
    "ulimits": ulimits,
    "use_api_socket": boolean,
    "user": text_or_number,
    "userns_mode": text,
    "uts": text,
    "volumes": mounts,
    "volumes_from": list_of(volumes_from),
    "working_dir": text,
}


def _without_effect(form: Form[T], message: str, hint: str) -> Form[T]:
    """A form of what ECS does not do; it warns whoever writes it."""

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> T | Dropped:
        if value:
            reader.journal.warn(message, at, path, hint)
        return form(reader, value, at, path)

    return read


# Newer than the 344 paths of the table in support.py: each step or job is a container specification
# of its own.
PRE_START = _without_effect(
    list_of(mapping({**SERVICE, "per_replica": boolean}), unique=False),
    "no step is run: a task has no hooks",
    "make it a service that this one depends_on with service_completed_successfully",
)
SCHEDULE = mapping({"cron": text, "timezone": text}, "cron")


def _schedule(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    return Map({"cron": value}, at) if isinstance(value, str) else SCHEDULE(reader, value, at, path)


JOB = mapping(
    {
        **SERVICE,
        "triggers": mapping({"manual": boolean, "schedule": one_or_more(list_of(_schedule))}),
    }
)
JOBS = _without_effect(
    table(null_or(JOB), NAMES),
    "no job is deployed",
    "give it a project of its own, and start that with `compose run`",
)


def _external(reader: Reader, value: Raw, at: Mark, path: str) -> Map | bool | Dropped:
    if type(value) is Map:
        return EXTERNAL(reader, value, at, path)
    return boolean(reader, value, at, path)


EXTERNAL = mapping({"name": text})


def _resource(fields: Fields) -> Form[Map]:
    """A top-level volume, network, config or secret; `external: {name: x}` becomes `external` and
    `name`."""
    form = mapping({**fields, "name": text, "external": _external})

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
        found = form(reader, value, at, path)
        if found is not DROP and isinstance(found.get("external"), Map):
            _take_external_name(reader, found, path)
        return found

    return read


def _take_external_name(reader: Reader, resource: Map, path: str) -> None:
    at, external = resource.keys_at.get("external"), resource["external"]
    resource["external"] = True
    if "name" in external:
        resource.setdefault("name", external["name"])
    if "name" in external and external["name"] != resource["name"]:
        hint = "write the name once, as `name`"
        reader.wrong("name and external.name differ", at, path, hint)
    elif reader.dialect.warns_of_deprecated_forms:
        hint = "write `name` and `external: true`"
        reader.journal.warn("external.name is deprecated", at, path, hint)


IPAM = mapping(
    {
        "driver": text,
        "config": list_of(
            mapping(
                {"subnet": text, "ip_range": text, "gateway": text, "aux_addresses": table(text)}
            ),
            unique=False,
        ),
        "options": options,
    }
)

NETWORK: Fields = {
    "driver": text,
    "driver_opts": options,
    "ipam": IPAM,
    "internal": boolean,
    "enable_ipv4": boolean,
    "enable_ipv6": boolean,
    "attachable": boolean,
    "labels": labels,
}
VOLUME: Fields = {"driver": text, "driver_opts": options, "labels": labels}


def _volume(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """A top-level volume; the folder that a local one binds is made absolute."""
    found = READ_VOLUME(reader, value, at, path)
    if found is not DROP and _binds_a_folder(found):
        options = found["driver_opts"]
        options["device"] = resolve_path(reader, options["device"])
    return found


def _binds_a_folder(volume: Map) -> bool:
    options = volume.get("driver_opts")
    if volume.get("driver", "local") != "local" or not isinstance(options, Map):
        return False
    return "bind" in str(options.get("o")).split(",") and isinstance(options.get("device"), str)


READ_VOLUME = _resource(VOLUME)
SECRET: Fields = {
    "environment": text,
    "file": local_path,
    "content": text,
    "labels": labels,
    "driver": text,
    "driver_opts": options,
    "template_driver": text,
}
CONFIG: Fields = {
    "content": text,
    "environment": text,
    "file": local_path,
    "labels": labels,
    "template_driver": text,
}
MODEL = mapping(
    {"name": text, "model": text, "context_size": integer, "runtime_flags": texts}, "model"
)


def _include_entry(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    entry = Map({"path": value}, at) if isinstance(value, str) else value
    found = INCLUDE(reader, entry, at, path)
    if found is not DROP and not found["path"]:
        return reader.wrong("names no file", at, path, "write the path of a Compose file")
    return found


INCLUDE = mapping({"path": strings, "env_file": strings, "project_directory": text}, "path")

TOP: Fields = {
    "version": text_or_number,
    "name": text,
    "include": one_or_more(list_of(_include_entry, unique=False)),
    "services": table(null_or(mapping({**SERVICE, "pre_start": PRE_START})), NAMES),
    "jobs": JOBS,
    "networks": table(null_or(_resource(NETWORK)), NAMES),
    "volumes": table(null_or(_volume), NAMES),
    "secrets": table(null_or(_resource(SECRET)), NAMES),
    "configs": table(null_or(_resource(CONFIG)), NAMES),
    "models": table(MODEL, NAMES),
}
_read_top = mapping(TOP)


def read_document(reader: Reader, tree: Raw, at: Mark) -> Map:
    """One file's canonical tree; what is wrong is in `reader.findings`."""
    found = _read_top(reader, tree, at, "")
    return Map((), at) if found is DROP else found
