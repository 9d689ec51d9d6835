"""A resolved project -> what does not fit together: missing names, cycles, keys that exclude each
other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ecscli.base.marks import Map, Mark, dotted, where
from ecscli.base.nearest import did_you_mean
from ecscli.compose.dialect import Dialect
from ecscli.compose.join.select import Selection, referenced_services
from ecscli.compose.read.reader import Journal

Check = Callable[["ServiceCheck"], None]


class ServiceCheck:
    """One service under check, with the project around it."""

    def __init__(
        self, name: str, tree: Map, dialect: Dialect, selection: Selection, journal: Journal
    ) -> None:
        self.name, self.tree, self.dialect = name, tree, dialect
        self.selection, self.journal = selection, journal
        self.body: Map = tree["services"][name]
        self.path = f"services.{name}"

    def at(self, *keys: str | int) -> Mark | None:
        return where(self.body, *keys) or self.tree["services"].keys_at.get(self.name)

    def wrong(self, message: str, *keys: str | int, hint: str | None = None) -> None:
        path = dotted(("services", self.name, *keys))
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
            service = ServiceCheck(name, tree, dialect, selection, journal)
            for check in CHECKS:
                check(service)
        elif f"services.{name}" not in journal.broken:
            journal.wrong(NO_IMAGE, services.keys_at.get(name), f"services.{name}")
    if dialect.checks_container_names:
        _check_container_names(services, selection, journal)
    check_cycles(services, selection.active, journal)
    _check_file_sources(tree, journal)
    _check_external(tree, journal)


NO_IMAGE = "has neither an image nor a build"


def _image(service: ServiceCheck) -> None:
    if any(service.body.get(key) for key in ("image", "build", "provider")):
        return
    keys = (f"{service.path}.{key}" for key in ("image", "build", "extends"))
    if not any(key in service.journal.broken for key in keys):
        service.wrong(NO_IMAGE, hint=f'write `image:` below "{service.name}"')


def _volumes(service: ServiceCheck) -> None:
    declared = service.declared("volumes")
    for index, mount in enumerate(service.body.get("volumes") or ()):
        source = _named_volume(mount)
        if source and source not in declared:
            hint = did_you_mean(source, declared) or f"declare it: volumes: {{{source}: }}"
            service.wrong(f'the volume "{source}" is not declared', "volumes", index, hint=hint)


def _named_volume(mount: Map) -> str | None:
    """The name of the top-level volume that is mounted; None for other mounts."""
    source: str | None = mount.get("source")
    if mount.get("type") != "volume" or not source or source.startswith("/"):
        return None
    return source


def _networks(service: ServiceCheck) -> None:
    networks = service.body.get("networks")
    if not isinstance(networks, Map) or not service.dialect.refuses_unknown_references:
        return
    if "network_mode" in service.body and networks:
        problem = "network_mode and networks exclude each other"
        service.wrong(problem, "network_mode", hint="remove one of them")
    declared = service.declared("networks")
    for name in networks:
        if name not in declared and name != "default":
            hint = did_you_mean(name, declared) or f"declare it: networks: {{{name}: }}"
            service.wrong(f'the network "{name}" is not declared', "networks", name, hint=hint)


def _configs(service: ServiceCheck) -> None:
    _check_grants(service, "configs", "config")


def _secrets(service: ServiceCheck) -> None:
    _check_grants(service, "secrets", "secret")


def _check_grants(service: ServiceCheck, section: str, noun: str) -> None:
    """The configs or secrets of a service are declared at the top."""
    declared = service.declared(section)
    for index, grant in enumerate(service.body.get(section) or ()):
        source = grant.get("source")
        if source not in declared:
            near = did_you_mean(source, declared)
            hint = near or f"declare it below the top-level key {section}"
            service.wrong(f'the {noun} "{source}" is not declared', section, index, hint=hint)


def _models(service: ServiceCheck) -> None:
    declared = service.declared("models")
    for name in service.body.get("models") or ():
        if name not in declared:
            hint = did_you_mean(name, declared)
            service.wrong(f'the model "{name}" is not declared', "models", name, hint=hint)


def _dependencies(service: ServiceCheck) -> None:
    services = service.declared("services")
    for name, entry in (service.body.get("depends_on") or {}).items():
        if name == service.name:
            service.wrong("a service cannot depend on itself", "depends_on", name)
        elif name not in services:
            hint = did_you_mean(name, services)
            service.wrong(f'there is no service "{name}"', "depends_on", name, hint=hint)
        elif name in service.selection.disabled and entry.get("required", True):
            _note_disabled(service, name, services[name] or Map())


def _note_disabled(service: ServiceCheck, name: str, other: Map) -> None:
    profiles = ", ".join(other.get("profiles") or ())
    hint = f"turn on one of its profiles ({profiles}), or write required: false"
    service.wrong(f'the service "{name}" is off', "depends_on", name, hint=hint)


def _service_references(service: ServiceCheck) -> None:
    """`network_mode`, `ipc` and `pid` of another service, `links` and `volumes_from`."""
    services = service.declared("services")
    for key, index, name in referenced_services(service.body):
        if name not in services and service.dialect.refuses_unknown_references:
            spot: tuple[str | int, ...] = (key,) if index is None else (key, index)
            service.wrong(f'there is no service "{name}"', *spot, hint=did_you_mean(name, services))


EQUAL_KEYS = (
    ("scale", "replicas"),
    ("cpus", "resources", "limits", "cpus"),
    ("mem_limit", "resources", "limits", "memory"),
    ("mem_reservation", "resources", "reservations", "memory"),
    ("pids_limit", "resources", "limits", "pids"),
)


def _repeated_in_deploy(service: ServiceCheck) -> None:
    """Keys that `deploy` has too must have the same value there."""
    for key, *path in EQUAL_KEYS:
        own = service.body.get(key)
        other = _value_at(service.body.get("deploy"), path)
        if own is None or other is None or own == other:
            continue
        place = ".".join(path)
        service.wrong(f"is {own}, but deploy.{place} is {other}", key, hint="remove one of them")


def _value_at(tree: object, path: Iterable[str]) -> object:
    """What is at the end of a path of keys; None where it leads nowhere."""
    for key in path:
        if not isinstance(tree, Map):
            return None
        tree = tree.get(key)
    return tree


def _build(service: ServiceCheck) -> None:
    build = service.body.get("build")
    if isinstance(build, Map) and "dockerfile" in build and "dockerfile_inline" in build:
        problem = "dockerfile and dockerfile_inline exclude each other"
        service.wrong(problem, "build", "dockerfile_inline")


def _container_name(service: ServiceCheck) -> None:
    name = service.body.get("container_name")
    if not name or not service.dialect.checks_container_names:
        return
    deploy = service.body.get("deploy") or Map()
    replicas = service.body.get("scale") or deploy.get("replicas")
    if isinstance(replicas, int) and replicas > 1:
        message = f"several containers cannot share the name {name}"
        service.wrong(message, "container_name", hint="remove it")


def _check_container_names(services: Map, selection: Selection, journal: Journal) -> None:
    taken: dict[str, str] = {}
    for name in selection.active:
        body = services[name]
        container = body.get("container_name") if isinstance(body, Map) else None
        other = taken.setdefault(container, name) if container else name
        if other != name:
            problem = f'the container name "{container}" is that of the service "{other}" too'
            journal.wrong(problem, where(body, "container_name"), f"services.{name}.container_name")


CHECKS: tuple[Check, ...] = (
    _image,
    _volumes,
    _networks,
    _configs,
    _secrets,
    _models,
    _dependencies,
    _service_references,
    _repeated_in_deploy,
    _build,
    _container_name,
)


def check_cycles(services: Map, names: Iterable[str], journal: Journal) -> None:
    """Name each cycle of `depends_on` once, walking without recursion."""
    finished: set[str] = set()
    for start in names:
        for cycle in _cycles_from(start, services, finished):
            _note_cycle(services, cycle, journal)


def _cycles_from(start: str, services: Map, finished: set[str]) -> Iterator[list[str]]:
    """The cycles on the ways from one service, each with its first service at the end again; all
    services on these ways become `finished`."""
    trail: dict[str, None] = {}  # the services on the way from `start`, in order
    steps = [(start, False)]
    while steps:
        name, is_left = steps.pop()
        if is_left:
            finished.add(trail.popitem()[0])
        elif name in trail:
            way = list(trail)
            yield [*way[way.index(name) :], name]
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
    *_, last, first = cycle
    at = where(services[last], "depends_on", first)
    problem = f"services depend on each other: {' -> '.join(cycle)}"
    journal.wrong(problem, at, f"services.{last}")


CONTENTS = ("file", "environment", "content", "external")


def _check_file_sources(tree: Map, journal: Journal) -> None:
    """A config or secret has one source."""
    for section in ("configs", "secrets"):
        for name, body in _entries(tree, section, journal):
            given = [key for key in CONTENTS if body.get(key)]
            if len(given) > 1:
                problem = f"{' and '.join(given)} exclude each other"
                journal.wrong(problem, where(body, given[1]), f"{section}.{name}")
            elif not given and "driver" not in body:
                at = tree[section].keys_at.get(name)
                hint = "write file, environment, content or external"
                journal.wrong("has no content", at, f"{section}.{name}", hint)


def _check_external(tree: Map, journal: Journal) -> None:
    """What is external has no settings of its own."""
    for section in ("volumes", "networks"):
        for name, body in _entries(tree, section, journal):
            settings = [key for key, value in body.items() if value and _is_setting(key)]
            if body.get("external") is True and settings:
                problem = f"external and {settings[0]} exclude each other"
                at = where(body, settings[0])
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
