"""The canonical tree of one service or resource -> its frozen dataclass of `model`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.units import parse_size
from ecscli.compose.ecs import docker_keys
from ecscli.compose.project.model import (
    Build,
    CredentialSpec,
    Dependency,
    Device,
    ExtraHost,
    FileGrant,
    FileSource,
    HealthCheck,
    Logging,
    Mount,
    Network,
    NetworkAttachment,
    Port,
    Service,
    Tmpfs,
    Ulimit,
    Volume,
    VolumesFrom,
)
from ecscli.compose.project.typed_deploy import (
    Pairs,
    build_deploy,
    build_device_requests,
    cores,
    count,
    octal,
    pairs,
    same,
    seconds,
)
from ecscli.compose.read.ports import parse_exposed


def build_service(name: str, tree: Map, environment: Pairs, labels: Pairs) -> Service:
    """The service of a canonical mapping whose environment and labels are resolved."""
    given = ((key, read) for key, read in READERS.items() if tree.get(key) is not None)
    values: dict[str, Any] = {key: read(tree[key]) for key, read in given}
    return Service(name=name, tree=tree, environment=environment, labels=labels, **values)


def _ports(items: Seq) -> tuple[Port, ...]:
    return tuple(
        Port(
            target=port.get("target", 0),
            published=_published(port.get("published")),
            protocol=port.get("protocol", "tcp"),
            host_ip=port.get("host_ip"),
            name=port.get("name"),
            app_protocol=port.get("app_protocol") or docker_keys.app_protocol(port),
            mode=port.get("mode"),
            mark=mark,
        )
        for port, mark in items.marked()
    )


def _published(value: str | None) -> int | None:
    """A fixed host port; a range means any free one, as does 0."""
    if value is None or not value.isdecimal():
        return None
    return int(value) or None


def _expose(items: Seq) -> tuple[Port, ...]:
    found: list[Port] = []
    for written, mark in items.marked():
        exposed, protocol = parse_exposed(written)
        found.extend(Port(target=port, protocol=protocol, mark=mark) for port in exposed.ports)
    return tuple(found)


def _mounts(items: Seq) -> tuple[Mount, ...]:
    return tuple(_mount(mount, mark) for mount, mark in items.marked())


def _mount(mount: Map, mark: Mark) -> Mount:
    volume, tmpfs = mount.get("volume") or {}, mount.get("tmpfs") or {}
    return Mount(
        type=mount["type"],
        target=mount.get("target", ""),
        source=mount.get("source"),
        read_only=mount.get("read_only", False),
        size=count(tmpfs.get("size")),
        mode=octal(tmpfs.get("mode")),
        subpath=volume.get("subpath") or (mount.get("image") or {}).get("subpath"),
        labels=pairs(volume.get("labels")),
        mark=mark,
    )


def _volumes_from(items: Seq) -> tuple[VolumesFrom, ...]:
    return tuple(_volume_source(written, mark) for written, mark in items.marked())


def _volume_source(written: str, mark: Mark) -> VolumesFrom:
    """`[container:]NAME[:MODE]`."""
    rest = written.removeprefix("container:")
    name, _, mode = rest.partition(":")
    return VolumesFrom(source=name, read_only=mode == "ro", container=rest != written, mark=mark)


def _tmpfs(items: Seq) -> tuple[Tmpfs, ...]:
    return tuple(_one_tmpfs(written, mark) for written, mark in items.marked())


def _one_tmpfs(written: str, mark: Mark) -> Tmpfs:
    path, _, rest = written.partition(":")
    size, options = None, []
    for option in filter(None, rest.split(",")):
        given = _size_in(option)
        if given is None:
            options.append(option)
        else:
            size = given
    return Tmpfs(path=path, size=size, options=tuple(options), mark=mark)


def _size_in(option: str) -> int | None:
    """The bytes of `size=64m`; None for another option, and where that is no size."""
    key, _, value = option.partition("=")
    if key != "size":
        return None
    try:
        return parse_size(value)
    except ValueError:
        return None


def _devices(items: Seq) -> tuple[Device, ...]:
    return tuple(
        Device(
            source=device["source"],
            target=device.get("target") or None,
            permissions=device.get("permissions", ""),
            mark=mark,
        )
        for device, mark in items.marked()
    )


def _ulimits(items: Map) -> tuple[Ulimit, ...]:
    return tuple(
        Ulimit(name=name, soft=limit["soft"], hard=limit["hard"], mark=items.keys_at.get(name))
        for name, limit in items.items()
    )


def _extra_hosts(items: Seq) -> tuple[ExtraHost, ...]:
    split = ((written.partition("="), mark) for written, mark in items.marked())
    return tuple(
        ExtraHost(hostname=host, address=address, mark=mark) for (host, _, address), mark in split
    )


def _logging(tree: Map) -> Logging:
    return Logging(
        driver=tree.get("driver") or None, options=pairs(tree.get("options")), mark=tree.mark
    )


def _healthcheck(tree: Map) -> HealthCheck:
    test = tuple(tree.get("test") or ())
    return HealthCheck(
        test=test,
        interval=seconds(tree.get("interval")),
        timeout=seconds(tree.get("timeout")),
        retries=tree.get("retries"),
        start_period=seconds(tree.get("start_period")),
        start_interval=seconds(tree.get("start_interval")),
        disable=tree.get("disable", False),
        mark=tree.mark,
    )


def _depends_on(items: Map) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(
            service=name,
            condition=entry.get("condition", "service_started"),
            required=entry.get("required", True),
            restart=entry.get("restart", False),
            mark=items.keys_at.get(name),
        )
        for name, entry in items.items()
    )


def _grants(items: Seq) -> tuple[FileGrant, ...]:
    return tuple(
        FileGrant(
            source=grant["source"],
            target=grant.get("target"),
            uid=grant.get("uid"),
            gid=grant.get("gid"),
            mode=octal(grant.get("mode")),
            mark=mark,
        )
        for grant, mark in items.marked()
    )


def _credential_spec(tree: Map) -> CredentialSpec:
    return CredentialSpec(
        file=tree.get("file"),
        config=tree.get("config"),
        registry=tree.get("registry"),
        mark=tree.mark,
    )


def _networks(items: Map) -> tuple[NetworkAttachment, ...]:
    return tuple(
        NetworkAttachment(
            name=name,
            aliases=tuple((entry or {}).get("aliases") or ()),
            mark=items.keys_at.get(name),
        )
        for name, entry in items.items()
    )


def _build(tree: Map) -> Build:
    return Build(
        context=tree.get("context", "."),
        dockerfile=tree.get("dockerfile"),
        options=tree,
        mark=tree.mark,
    )


READERS: dict[str, Callable[..., object]] = {
    **dict.fromkeys(
        (
            "image",
            "working_dir",
            "user",
            "hostname",
            "container_name",
            "init",
            "tty",
            "stdin_open",
            "read_only",
            "privileged",
            "network_mode",
            "pid",
            "ipc",
            "cpu_shares",
            "cpu_quota",
            "cpu_period",
            "mem_swappiness",
            "restart",
            "scale",
            "platform",
            "pull_policy",
        ),
        same,
    ),
    **dict.fromkeys(
        (
            "command",
            "entrypoint",
            "links",
            "dns",
            "dns_search",
            "cap_add",
            "cap_drop",
            "security_opt",
            "profiles",
        ),
        tuple,
    ),
    **dict.fromkeys(("mem_limit", "mem_reservation", "memswap_limit", "shm_size"), count),
    **dict.fromkeys(("sysctls", "storage_opt"), pairs),
    **dict.fromkeys(("configs", "secrets"), _grants),
    "stop_grace_period": seconds,
    "cpus": cores,
    "ports": _ports,
    "expose": _expose,
    "extra_hosts": _extra_hosts,
    "networks": _networks,
    "volumes": _mounts,
    "volumes_from": _volumes_from,
    "tmpfs": _tmpfs,
    "devices": _devices,
    "ulimits": _ulimits,
    "logging": _logging,
    "healthcheck": _healthcheck,
    "depends_on": _depends_on,
    "credential_spec": _credential_spec,
    "gpus": build_device_requests,
    "deploy": build_deploy,
    "build": _build,
}


def build_volume(name: str, tree: Map | None, mark: Mark | None) -> Volume:
    tree = tree or Map()
    return Volume(
        name=name,
        driver=tree.get("driver"),
        driver_opts=pairs(tree.get("driver_opts")),
        labels=pairs(tree.get("labels")),
        external=bool(tree.get("external")),
        real_name=tree.get("name"),
        mark=mark,
    )


def build_network(name: str, tree: Map | None, mark: Mark | None) -> Network:
    tree = tree or Map()
    return Network(
        name=name,
        driver=tree.get("driver"),
        external=bool(tree.get("external")),
        internal=bool(tree.get("internal")),
        real_name=tree.get("name"),
        labels=pairs(tree.get("labels")),
        mark=mark,
    )


def build_file_source(name: str, tree: Map | None, mark: Mark | None) -> FileSource:
    tree = tree or Map()
    return FileSource(
        name=name,
        file=tree.get("file"),
        environment=tree.get("environment"),
        content=tree.get("content"),
        external=bool(tree.get("external")),
        real_name=tree.get("name"),
        labels=pairs(tree.get("labels")),
        mark=mark,
    )
