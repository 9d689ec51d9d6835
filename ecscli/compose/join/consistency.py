"""A resolved project -> what does not fit together: missing names, cycles, keys that exclude each
other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ecscli.base.marks import Map, Mark, where
from ecscli.base.nearest import did_you_mean
from ecscli.compose.dialect import Dialect
from ecscli.compose.join.select import Selection, referenced_services
from ecscli.compose.read.reader import Journal

Check = Callable[["Subject"], None]


class Subject:
    """One service under check, with the project around it."""

    def __init__(
        self, name: str, tree: Map, dialect: Dialect, selection: Selection, journal: Journal
    ) -> None:
        self.name, self.tree, self.dialect, self.selection, self.journal = (
            name,
            tree,
            dialect,
            selection,
            journal,
        )
        self.body: Map = tree["services"][name]
        self.path = f"services.{name}"

    def at(self, *keys: str | int) -> Mark | None:
        return where(self.body, *keys) or self.tree["services"].keys_at.get(self.name)

    def wrong(self, message: str, *keys: str | int, hint: str | None = None) -> None:
        path = self.path + "".join(
            f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys
        )
        self.journal.wrong(message, self.at(*keys), path, hint)

    def declared(self, section: str) -> Map:
        found = self.tree.get(section)
        return found if isinstance(found, Map) else Map()


def check_consistency(tree: Map, dialect: Dialect, selection: Selection, journal: Journal) -> None:
    """Note every misfit of the services that take part."""
    services = tree.get("services")
    if not isinstance(services, Map) or not services:
        if "services" not in journal.broken:
            hint = "write `services:` with at least one service"
            journal.warn("there are no services", tree.mark, hint=hint)
        return
    for name in selection.active:
        if isinstance(services[name], Map):
            subject = Subject(name, tree, dialect, selection, journal)
            for check in CHECKS:
                check(subject)
        elif f"services.{name}" not in journal.broken:
            at = services.keys_at.get(name)
            journal.wrong("has neither an image nor a build", at, f"services.{name}")
    _check_container_names(services, selection, dialect, journal)
    check_cycles(services, selection.active, journal)
    _check_file_sources(tree, journal)
    _check_external(tree, journal)


def _image(subject: Subject) -> None:
    known = any(subject.body.get(key) for key in ("image", "build", "provider"))
    if not known and not any(
        f"{subject.path}.{key}" in subject.journal.broken for key in ("image", "build", "extends")
    ):
        hint = f'write `image:` below "{subject.name}"'
        subject.wrong("has neither an image nor a build", hint=hint)


def _volumes(subject: Subject) -> None:
    declared = subject.declared("volumes")
    for index, mount in enumerate(subject.body.get("volumes") or ()):
        source = mount.get("source")
        if mount.get("type") != "volume" or not source or source.startswith("/"):
            continue
        if source not in declared:
            hint = did_you_mean(source, declared) or f"declare it: volumes: {{{source}: }}"
            subject.wrong(f'the volume "{source}" is not declared', "volumes", index, hint=hint)


def _networks(subject: Subject) -> None:
    networks = subject.body.get("networks")
    if not isinstance(networks, Map) or not subject.dialect.refuses_unknown_references:
        return
    if "network_mode" in subject.body and networks:
        subject.wrong(
            "network_mode and networks exclude each other",
            "network_mode",
            hint="remove one of them",
        )
    declared = subject.declared("networks")
    for name in networks:
        if name not in declared and name != "default":
            hint = did_you_mean(name, declared) or f"declare it: networks: {{{name}: }}"
            subject.wrong(f'the network "{name}" is not declared', "networks", name, hint=hint)


def _grants(section: str) -> Check:
    def check(subject: Subject) -> None:
        declared = subject.declared(section)
        for index, grant in enumerate(subject.body.get(section) or ()):
            source = grant.get("source")
            if source not in declared:
                hint = (
                    did_you_mean(source, declared)
                    or f"declare it below the top-level key {section}"
                )
                subject.wrong(
                    f'the {section[:-1]} "{source}" is not declared', section, index, hint=hint
                )

    return check


def _models(subject: Subject) -> None:
    declared = subject.declared("models")
    for name in subject.body.get("models") or ():
        if name not in declared:
            subject.wrong(
                f'the model "{name}" is not declared',
                "models",
                name,
                hint=did_you_mean(name, declared),
            )


def _dependencies(subject: Subject) -> None:
    services = subject.declared("services")
    for name, entry in (subject.body.get("depends_on") or {}).items():
        if name == subject.name:
            subject.wrong("a service cannot depend on itself", "depends_on", name)
        elif name not in services:
            hint = did_you_mean(name, services)
            subject.wrong(f'there is no service "{name}"', "depends_on", name, hint=hint)
        elif name in subject.selection.disabled and entry.get("required", True):
            _note_disabled(subject, name, services[name] or Map())


def _note_disabled(subject: Subject, name: str, other: Map) -> None:
    profiles = ", ".join(other.get("profiles") or ())
    hint = f"turn on one of its profiles ({profiles}), or write required: false"
    subject.wrong(f'the service "{name}" is off', "depends_on", name, hint=hint)


def _service_references(subject: Subject) -> None:
    """`network_mode`, `ipc` and `pid` of another service, `links` and `volumes_from`."""
    services = subject.declared("services")
    for key, index, name in referenced_services(subject.body):
        if name not in services and subject.dialect.refuses_unknown_references:
            spot: tuple[str | int, ...] = (key,) if index is None else (key, index)
            subject.wrong(f'there is no service "{name}"', *spot, hint=did_you_mean(name, services))


EQUAL_KEYS = (
    ("scale", "replicas"),
    ("cpus", "resources", "limits", "cpus"),
    ("mem_limit", "resources", "limits", "memory"),
    ("mem_reservation", "resources", "reservations", "memory"),
    ("pids_limit", "resources", "limits", "pids"),
)


def _said_twice(subject: Subject) -> None:
    """Keys that `deploy` has too must say the same there."""
    for key, *path in EQUAL_KEYS:
        other: Any = subject.body.get("deploy")
        for step in path:
            other = other.get(step) if isinstance(other, Map) else None
        mine = subject.body.get(key)
        if mine is not None and other is not None and mine != other:
            subject.wrong(
                f"says {mine}, but deploy.{'.'.join(path)} says {other}",
                key,
                hint="remove one of them",
            )


def _build(subject: Subject) -> None:
    build = subject.body.get("build")
    if isinstance(build, Map) and "dockerfile" in build and "dockerfile_inline" in build:
        subject.wrong(
            "dockerfile and dockerfile_inline exclude each other", "build", "dockerfile_inline"
        )


def _container_name(subject: Subject) -> None:
    replicas = subject.body.get("scale") or (subject.body.get("deploy") or {}).get("replicas")
    name = subject.body.get("container_name")
    if (
        name
        and isinstance(replicas, int)
        and replicas > 1
        and subject.dialect.checks_container_names
    ):
        subject.wrong(
            f"several containers cannot share the name {name}", "container_name", hint="remove it"
        )


def _check_container_names(
    services: Map, selection: Selection, dialect: Dialect, journal: Journal
) -> None:
    taken: dict[str, str] = {}
    for name in selection.active if dialect.checks_container_names else ():
        body = services[name]
        container = body.get("container_name") if isinstance(body, Map) else None
        if container and taken.setdefault(container, name) != name:
            problem = (
                f'the container name "{container}" is that of the service "{taken[container]}" too'
            )
            journal.wrong(problem, where(body, "container_name"), f"services.{name}.container_name")


CHECKS: tuple[Check, ...] = (
    _image,
    _volumes,
    _networks,
    _grants("configs"),
    _grants("secrets"),
    _models,
    _dependencies,
    _service_references,
    _said_twice,
    _build,
    _container_name,
)


def check_cycles(services: Map, names: Iterable[str], journal: Journal) -> None:
    """Name each cycle of `depends_on` once, walking without recursion."""
    finished: set[str] = set()
    for start in names:
        trail: dict[str, None] = {}  # the services on the way from `start`, in order
        steps: list[tuple[str, bool]] = [(start, False)]
        while steps:
            name, leaving = steps.pop()
            if leaving:
                finished.add(trail.popitem()[0])
            elif name in trail:
                cycle = list(trail)[list(trail).index(name) :]
                _note_cycle(services, [*cycle, name], journal)
            elif name not in finished:
                trail[name] = None
                steps.append((name, True))
                steps.extend((other, False) for other in _depends(services, name))


def _depends(services: Map, name: str) -> list[str]:
    """The services that one waits for, the last first: they are taken from the end."""
    body = services.get(name)
    depends = body.get("depends_on") if isinstance(body, Map) else None
    return [other for other in reversed(depends or {}) if other in services and other != name]


def _note_cycle(services: Map, cycle: list[str], journal: Journal) -> None:
    body = services[cycle[-2]]
    shown = " -> ".join(cycle)
    journal.wrong(
        f"services depend on each other: {shown}",
        where(body, "depends_on", cycle[-1]),
        f"services.{cycle[-2]}",
    )


CONTENTS = ("file", "environment", "content", "external")


def _check_file_sources(tree: Map, journal: Journal) -> None:
    """A config or secret has one source."""
    for section in ("configs", "secrets"):
        for name, body in _entries(tree, section, journal):
            given = [key for key in CONTENTS if body.get(key)]
            path = f"{section}.{name}"
            if len(given) > 1:
                problem = f"{' and '.join(given)} exclude each other"
                journal.wrong(problem, where(body, given[1]), path)
            elif not given and "driver" not in body:
                at = tree[section].keys_at.get(name)
                hint = "write file, environment, content or external"
                journal.wrong("has no content", at, path, hint)


def _check_external(tree: Map, journal: Journal) -> None:
    """What is external has no settings of its own."""
    for section in ("volumes", "networks"):
        for name, body in _entries(tree, section, journal):
            own = [key for key, value in body.items() if value and _is_setting(key)]
            if body.get("external") is True and own:
                problem = f"external and {own[0]} exclude each other"
                at = where(body, own[0])
                journal.wrong(problem, at, f"{section}.{name}", "remove one of them")


def _is_setting(key: str) -> bool:
    """Whether a key of a volume or network describes it and does not just name it."""
    return key not in ("external", "name") and not key.startswith("x-")


def _entries(tree: Map, section: str, journal: Journal) -> Iterator[tuple[str, Map]]:
    """The entries of a section that are not broken already."""
    entries = tree.get(section)
    for name, body in entries.items() if isinstance(entries, Map) else ():
        if f"{section}.{name}" not in journal.broken:
            yield name, body if isinstance(body, Map) else Map()
