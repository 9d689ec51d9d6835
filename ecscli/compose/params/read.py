"""ecs-params.yml -> EcsParams: what only ECS knows about a Compose project, checked, with marks.

`${VAR}` is replaced in the text before YAML is read, as ecs-cli did, by the rules of Compose;
so one variable may hold a whole list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList, Findings
from ecscli.base.keys.shapes import KeyPath, Reading
from ecscli.base.marks import Map, Mark, Raw, where
from ecscli.base.records import field, record, replace
from ecscli.base.units import MIB
from ecscli.compose.params.discovery_settings import settings_in
from ecscli.compose.params.keys import AUTO, ECS_PARAMS
from ecscli.compose.params.wire import check_fields, container_shape, task_shape
from ecscli.compose.text.interpolate import Interpolator

Wire = Document  # a part of an ECS request, under the API's own names


@record
class HealthCheckParams:
    """`command` in exec form, empty where none is given; times in whole seconds."""

    command: tuple[str, ...] = ()
    interval: int | None = None
    timeout: int | None = None
    retries: int | None = None
    start_period: int | None = None


@record
class ServiceParams:
    """One entry of `task_definition.services`. Memory in MiB, 0 where none is given.

    `fields` are whole fields of the container definition, which replace what Compose says.
    """

    essential: bool | None = None
    init: bool | None = None
    cpu: int = 0
    memory: int = 0
    reservation: int = 0
    gpu: str | None = None
    healthcheck: HealthCheckParams | None = None
    depends_on: tuple[Wire, ...] = ()
    secrets: tuple[Wire, ...] = ()
    secret_options: tuple[Wire, ...] = ()
    fields: Wire = field(default_factory=dict)
    extra: Wire = field(default_factory=dict)


@record
class LayoutParams:
    """What the file has for the layout. `network`, `balancer` and the mappings of `services` are as
    written, under the keys of the file and with their places; `discovery` is of the project as a
    whole, and written at `discovery_at`."""

    layout: str | None = None  # one of LAYOUTS
    discovery: Document = field(default_factory=dict)
    discovery_at: Mark | None = None
    network: Map = field(default_factory=Map)
    services: Mapping[str, Map] = field(default_factory=dict)
    balancer: Map = field(default_factory=Map)


@record
class EcsParams:
    """The whole file; `present` is true even for an empty one, which ecs-cli told apart from
    none."""

    file: str | None = None
    present: bool = False
    task: Wire = field(default_factory=dict)  # fields of RegisterTaskDefinition
    volumes: tuple[Wire, ...] = ()
    managed_volumes: tuple[Wire, ...] = ()  # volumeConfigurations of a service or task: EBS
    services: Mapping[str, ServiceParams] = field(default_factory=dict)
    extra: Wire = field(default_factory=dict)
    files_image: str | None = None  # of the container that writes configs
    network: Wire = field(default_factory=dict)  # networkConfiguration as written
    # placementStrategy, placementConstraints as written
    placement: Wire = field(default_factory=dict)
    service: Wire = field(default_factory=dict)  # further fields of CreateService
    service_discovery: Wire = field(default_factory=dict)  # under the file's own names
    images: Wire = field(default_factory=dict)  # fields of ImageSettings
    local_accounts: tuple[str, ...] = ()  # that lend credentials to containers of `local`
    logs: str | None = None  # one of LOGS
    layout: LayoutParams = LayoutParams()
    secrets: Wire = field(default_factory=dict)  # fields of SecretSettings
    # `volumes` as written, by the names of the Compose file
    volume_settings: Mapping[str, Map] = field(default_factory=dict)
    tree: Raw = None
    warnings: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()  # what they are about is left out

    def where(self, *path: str | int) -> Mark | None:
        """The place of a key of the file."""
        return where(self.tree, *path)

    def of(self, service: str) -> ServiceParams:
        """What the file says of a service; nothing where it does not name it."""
        return self.services.get(service, ServiceParams())

    def logs_of(self, service: str) -> str:
        """Whether a service without a log driver gets one: one of LOGS."""
        own = self.layout.services.get(service, Map()).get("logs")
        return own or self.logs or AUTO


def parse_params(text: str | bytes, file: str, variables: Mapping[str, str]) -> EcsParams:
    """The params in `text`; `variables` are what `${...}` may name (shell over .env).

    Raises InputError with every finding: bad YAML, wrong types, values that contradict.
    """
    params = read_params(text, file, variables)
    if params.errors:
        raise InputError.of(params.errors)
    return params


def read_params(text: str | bytes, file: str, variables: Mapping[str, str]) -> EcsParams:
    """The params as far as they can be read, with what is wrong as their `errors`.

    Raises InputError where the text is not YAML, or names what is not set.
    """
    from ecscli.base.yaml import yamlio

    source = text if isinstance(text, str) else text.decode("utf-8-sig", errors="replace")
    expanded, warnings = _interpolated(source, file, variables)
    findings = Findings()
    findings.warnings.extend(warnings)
    tree = yamlio.parse(expanded, file, duplicates=findings.warnings)
    return read_tree(tree, file, findings)


def read_tree(tree: Raw, file: str | None, findings: Findings) -> EcsParams:
    """The params of a tree, with its marks."""
    reading = Reading(tree, findings)
    values = reading.read(ECS_PARAMS, Map() if tree is None else tree)
    params = _params(file, values, reading)
    return replace(params, errors=findings.errors.in_order())


def _interpolated(text: str, file: str, variables: Mapping[str, str]) -> tuple[str, FindingList]:
    interpolator = Interpolator(variables)
    lines = [
        _expand(interpolator, line, Mark(file, at, 1))
        for at, line in enumerate(text.split("\n"), 1)
    ]
    if interpolator.findings:
        raise InputError.of(interpolator.findings.counted())
    return "\n".join(lines), interpolator.warnings


def _expand(interpolator: Interpolator, line: str, mark: Mark) -> str:
    if "$" not in line or line.lstrip().startswith("#"):
        return line
    return interpolator.text(line, mark._replace(column=line.index("$") + 1))


NOTHING: tuple[Raw, ...] = ("", [], {})  # values that are as good as none


def _given(fields: Draft) -> Draft:
    return {name: value for name, value in fields.items() if value not in NOTHING}


def _params(file: str | None, values: Draft, reading: Reading) -> EcsParams:
    task = values.get("task_definition", {})
    run = dict(values.get("run_params", {}))
    services = task.pop("services", {})
    volumes = _volumes(task, reading)
    managed = tuple(_managed_volume(volume) for volume in task.pop("ebs_volumes", ()))
    extra = _task_extra(task.pop("extra", {}), reading)
    return EcsParams(
        file=file,
        present=True,
        volumes=volumes,
        managed_volumes=managed,
        services={name: _service(name, entry, reading) for name, entry in services.items()},
        extra=extra,
        files_image=task.pop("files_image", None) or None,
        task=_task_fields(task, reading),
        network=run.pop("network", {}),
        placement=run.pop("placement", {}),
        service_discovery=run.pop("service_discovery", {}),
        service=run,
        images=values.get("images", {}),
        local_accounts=tuple(values.get("local", {}).get("accounts", ())),
        logs=values.get("logs"),
        layout=_layout(values, reading.tree),
        secrets=values.get("secrets", {}),
        volume_settings=maps_in(as_map(reading.tree).get("volumes")),
        tree=reading.tree,
        warnings=reading.findings.warnings.counted(),
    )


def _layout(values: Draft, tree: Raw) -> LayoutParams:
    given = tree if isinstance(tree, Map) else Map()
    return LayoutParams(
        values.get("layout"),
        settings_in(values.get("discovery")),
        where(tree, "discovery") if "discovery" in values else None,
        as_map(given.get("network")),
        maps_in(given.get("service_params")),
        as_map(given.get("load_balancer")),
    )


def as_map(value: Raw) -> Map:
    """A mapping as it is; an empty one for anything else, which has a finding of its own."""
    return value if isinstance(value, Map) else Map()


def maps_in(value: Raw) -> dict[str, Map]:
    """The mappings of a mapping, by their names."""
    return {name: item for name, item in as_map(value).items() if isinstance(item, Map)}


def _task_fields(task: Draft, reading: Reading) -> Draft:
    """The fields of RegisterTaskDefinition, `task_size` and the proxy under the API's names."""
    fields = dict(task)
    fields.update(fields.pop("size", {}))
    if "proxy" in fields:
        fields["proxyConfiguration"] = _proxy(fields.pop("proxy"))
    if "osFamily" in fields:
        family = str(fields.pop("osFamily")).upper()
        platform = fields.get("runtimePlatform", {})
        fields["runtimePlatform"] = _platform(platform, family, reading)
    if "placementConstraints" in fields:
        fields["placementConstraints"] = _constraints(fields["placementConstraints"])
    return _given(fields)


def _task_extra(value: Raw, reading: Reading) -> Draft:
    """`task_definition_extra`, of the shapes of RegisterTaskDefinition."""
    path: KeyPath = ("task_definition", "task_definition_extra")
    return check_fields(value, task_shape(), path, reading) if value else {}


def _container_extra(value: Draft, path: KeyPath, reading: Reading) -> Draft:
    """`container_definition_extra`, of the shapes of a container definition; an empty field takes
    ours away."""
    if not value:
        return {}
    found = check_fields(value, container_shape(), path, reading)
    found |= {name: None for name, item in value.items() if item is None}
    if "name" in found:
        reading.error((*path, "name"), "cannot be: the container has the name of its service")
    return found


def _constraints(items: Iterable[Draft]) -> list[Draft]:
    return [
        {"type": item.get("type", ""), "expression": item.get("expression", "")} for item in items
    ]


def _platform(values: Draft, family: str, reading: Reading) -> Draft:
    """The runtimePlatform with the operating system of `os_family`."""
    given = values.get("operatingSystemFamily", family)
    if given != family:
        message = f"is {family}, and runtime_platform has {given}"
        reading.error(("task_definition", "os_family"), message, "keep one of them")
    return {**values, "operatingSystemFamily": given}


def _proxy(values: Draft) -> Draft:
    properties = [
        {"name": name, "value": value}
        for name, value in sorted(values.pop("properties", {}).items())
    ]
    return {**values, "properties": properties}


# --------------------------------------------------------------------------- services


def _service(name: str, values: Draft | None, reading: Reading) -> ServiceParams:
    path: KeyPath = ("task_definition", "services", name)
    if values is None:
        hint = "write essential: false if the task may go on without the container"
        reading.warning(path, "is empty and has no effect", hint)
        return ServiceParams()
    extra = (*path, "container_definition_extra")
    return ServiceParams(
        essential=values.pop("essential", None),
        init=values.pop("init", None),
        cpu=max(values.pop("cpu", 0), 0),
        memory=_mebibytes(values.pop("memory", 0), (*path, "mem_limit"), reading),
        reservation=_mebibytes(values.pop("reservation", 0), (*path, "mem_reservation"), reading),
        gpu=values.pop("gpu", None) or None,
        healthcheck=_health_check(values.pop("healthcheck", None), (*path, "healthcheck"), reading),
        depends_on=tuple(values.pop("dependsOn", ())),
        secrets=tuple(values.pop("secrets", ())),
        secret_options=tuple(values.pop("logging", {}).get("secretOptions", ())),
        extra=_container_extra(values.pop("extra", {}), extra, reading),
        fields=_given(_complete(values)),
    )


def _complete(fields: Draft) -> Draft:
    """Whole fields of the container, without those that lack what makes them one."""
    kept = dict(fields)
    if not kept.get("firelensConfiguration", {}).get("type"):
        kept.pop("firelensConfiguration", None)
    if not kept.get("repositoryCredentials", {}).get("credentialsParameter"):
        kept.pop("repositoryCredentials", None)
    return kept


def _mebibytes(size: int, path: KeyPath, reading: Reading) -> int:
    if 0 < size < MIB:
        reading.warning(
            path,
            f"{size} is a number of bytes, less than 1 MiB: it has no effect",
            f'write "{size}m" for MiB',
        )
    return size // MIB


def _health_check(
    values: Draft | None, path: KeyPath, reading: Reading
) -> HealthCheckParams | None:
    if values is None:
        return None
    if "test" in values and "command" in values:
        problem = "test and command are two words for one thing; both are given"
        reading.error(path, problem, "keep one of them")
    words: list[str] = values["test"] if "test" in values else values.get("command") or []
    command = ["CMD-SHELL", *words] if len(words) == 1 else words
    return HealthCheckParams(
        command=tuple(command),
        interval=values.get("interval"),
        timeout=values.get("timeout"),
        retries=values.get("retries") or None,
        start_period=values.get("startPeriod"),
    )


# --------------------------------------------------------------------------- volumes


def _volumes(task: Draft, reading: Reading) -> tuple[Wire, ...]:
    """Volumes under their names; of two with one name EFS wins over Docker, as in ecs-cli."""
    docker = [_docker_volume(volume) for volume in task.pop("docker_volumes", ())]
    efs = [
        _efs_volume(volume, at, reading) for at, volume in enumerate(task.pop("efs_volumes", ()))
    ]
    fsx = [_fsx_volume(volume) for volume in task.pop("fsx_volumes", ())]
    ebs = [_ebs_volume(volume) for volume in task.get("ebs_volumes", ())]
    return tuple({volume["name"]: volume for volume in [*docker, *efs, *fsx, *ebs]}.values())


def _docker_volume(values: Draft) -> Draft:
    return {"name": values.pop("name", ""), "dockerVolumeConfiguration": values}


def _ebs_volume(values: Draft) -> Draft:
    return {"name": values.get("name", ""), "configuredAtLaunch": True}


def _efs_volume(values: Draft, at: int, reading: Reading) -> Draft:
    access = {name: values.pop(name) for name in ("accessPointId", "iam") if values.get(name)}
    needs_encryption = access.get("iam") == "ENABLED" or "accessPointId" in access
    if needs_encryption and values.get("transitEncryption") != "ENABLED":
        path: KeyPath = ("task_definition", "efs_volumes", at)
        problem = "IAM access and access points need encryption"
        reading.error(path, problem, "add transit_encryption: ENABLED")
    name = values.pop("name", "")
    if access:
        values["authorizationConfig"] = access
    return {"name": name, "efsVolumeConfiguration": values}


def _fsx_volume(values: Draft) -> Draft:
    name = values.pop("name", "")
    access = {key: values.pop(key) for key in ("credentialsParameter", "domain") if key in values}
    return {
        "name": name,
        "fsxWindowsFileServerVolumeConfiguration": {**values, "authorizationConfig": access},
    }


def _managed_volume(values: Draft) -> Draft:
    name = values.pop("name", "")
    return {"name": name, "managedEBSVolume": values}
