"""The canonical project: what every Compose file becomes, whatever its version and spelling.

Durations are seconds, sizes are bytes, ranges are expanded, paths are absolute where the file's
dialect has them so, short forms are gone. `Project.tree` keeps the resolved document with its
marks, for reports per key.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.marks import Map, Mark, where
from ecscli.base.records import field, record
from ecscli.base.system.files import UNCONFINED, Confinement
from ecscli.compose.dialect import Dialect

LOOPBACK = ("127.", "::1")


@record
class Port:
    """One published or merely exposed port. `published` None: any free host port."""

    target: int
    published: int | None = None
    protocol: str = "tcp"
    host_ip: str | None = None
    name: str | None = None
    app_protocol: str | None = None
    mode: str | None = None
    mark: Mark | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is published on the machine itself alone."""
        return bool(self.host_ip) and str(self.host_ip).strip("[]").startswith(LOOPBACK)


@record
class Mount:
    """One entry of `volumes`. `type`: bind, volume, tmpfs, npipe, cluster or image; anonymous: no
    source."""

    type: str
    target: str
    source: str | None = None
    read_only: bool = False
    size: int | None = None  # tmpfs, bytes
    mode: int | None = None  # tmpfs
    subpath: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    mark: Mark | None = None


@record
class VolumesFrom:
    source: str  # a service of the project, or a container when `container` is set
    read_only: bool = False
    container: bool = False
    mark: Mark | None = None


@record
class Tmpfs:
    path: str
    size: int | None = None  # bytes
    options: tuple[str, ...] = ()  # all options but size, as written
    mark: Mark | None = None


@record
class Device:
    source: str
    target: str | None = None
    permissions: str = ""  # letters of "rwm"; empty where the file gives none
    mark: Mark | None = None


@record
class Ulimit:
    name: str
    soft: int
    hard: int
    mark: Mark | None = None


@record
class ExtraHost:
    hostname: str
    address: str
    mark: Mark | None = None


@record
class Logging:
    driver: str | None  # None: options without a driver
    options: tuple[tuple[str, str], ...] = ()
    mark: Mark | None = None


@record
class HealthCheck:
    """`test` in exec form: ("CMD", ...), ("CMD-SHELL", text) or ("NONE",); empty where none is
    given."""

    test: tuple[str, ...] = ()
    interval: float | None = None
    timeout: float | None = None
    retries: int | None = None
    start_period: float | None = None
    start_interval: float | None = None
    disable: bool = False
    mark: Mark | None = None


@record
class Dependency:
    service: str
    condition: str = "service_started"
    required: bool = True
    restart: bool = False
    mark: Mark | None = None


@record
class FileGrant:
    """One entry of a service's `configs` or `secrets`."""

    source: str
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: int | None = None
    mark: Mark | None = None


@record
class DeviceRequest:
    """One entry of `gpus` or of `deploy.resources.reservations.devices`. `count` None with `all`
    set: all."""

    count: int | None = None
    all: bool = False
    capabilities: tuple[str, ...] = ()
    driver: str | None = None
    device_ids: tuple[str, ...] = ()
    mark: Mark | None = None


@record
class GenericResource:
    kind: str
    value: int
    mark: Mark | None = None


@record
class CredentialSpec:
    file: str | None = None
    config: str | None = None
    registry: str | None = None
    mark: Mark | None = None


@record
class Resources:
    """One side of `deploy.resources`: cpus in cores, memory in bytes."""

    cpus: float | None = None
    memory: int | None = None
    pids: int | None = None
    devices: tuple[DeviceRequest, ...] = ()
    generic: tuple[GenericResource, ...] = ()


@record
class RestartPolicy:
    condition: str | None = None  # none, on-failure or any
    delay: float | None = None
    max_attempts: int | None = None
    window: float | None = None


@record
class UpdateConfig:
    parallelism: int | None = None
    order: str | None = None  # stop-first or start-first
    failure_action: str | None = None
    monitor: float | None = None
    delay: float | None = None
    max_failure_ratio: float | None = None


@record
class Deploy:
    mode: str | None = None
    replicas: int | None = None
    endpoint_mode: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    limits: Resources = Resources()
    reservations: Resources = Resources()
    restart_policy: RestartPolicy | None = None
    update_config: UpdateConfig | None = None
    placement_constraints: tuple[str, ...] = ()
    placement_spread: tuple[str, ...] = ()
    max_replicas_per_node: int | None = None
    mark: Mark | None = None


@record
class Build:
    """`build`: what the local builder needs; `options` is the canonical mapping as a whole."""

    context: str
    dockerfile: str | None = None
    options: Document = field(default_factory=dict)
    mark: Mark | None = None


@record
class NetworkAttachment:
    name: str
    aliases: tuple[str, ...] = ()
    mark: Mark | None = None


@record
class Service:
    """One service; keys without a field here have no ECS counterpart and live in `tree` alone."""

    name: str
    tree: Map  # the canonical, resolved mapping of this service, with marks
    image: str | None = None
    build: Build | None = None
    command: tuple[str, ...] | None = None  # split by the rules of the dialect; None: not given
    entrypoint: tuple[str, ...] | None = None
    environment: tuple[
        tuple[str, str], ...
    ] = ()  # env files and `environment`, in the order to send
    labels: tuple[tuple[str, str], ...] = ()
    working_dir: str | None = None
    user: str | None = None
    hostname: str | None = None
    container_name: str | None = None
    init: bool | None = None
    tty: bool = False
    stdin_open: bool = False
    read_only: bool = False
    privileged: bool = False
    stop_grace_period: float | None = None
    ports: tuple[Port, ...] = ()
    expose: tuple[Port, ...] = ()
    links: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    extra_hosts: tuple[ExtraHost, ...] = ()
    network_mode: str | None = None
    networks: tuple[NetworkAttachment, ...] = ()
    pid: str | None = None
    ipc: str | None = None
    volumes: tuple[Mount, ...] = ()
    volumes_from: tuple[VolumesFrom, ...] = ()
    tmpfs: tuple[Tmpfs, ...] = ()
    devices: tuple[Device, ...] = ()
    cap_add: tuple[str, ...] | None = None  # None: key absent
    cap_drop: tuple[str, ...] | None = None
    security_opt: tuple[str, ...] = ()
    sysctls: tuple[tuple[str, str], ...] = ()
    ulimits: tuple[Ulimit, ...] = ()
    logging: Logging | None = None
    healthcheck: HealthCheck | None = None
    depends_on: tuple[Dependency, ...] = ()
    configs: tuple[FileGrant, ...] = ()
    secrets: tuple[FileGrant, ...] = ()
    credential_spec: CredentialSpec | None = None
    cpus: float | None = None
    cpu_shares: int | None = None
    cpu_quota: int | None = None
    cpu_period: int | None = None
    mem_limit: int | None = None
    mem_reservation: int | None = None
    memswap_limit: int | None = None
    mem_swappiness: int | None = None
    shm_size: int | None = None
    storage_opt: tuple[tuple[str, str], ...] = ()
    gpus: tuple[DeviceRequest, ...] = ()
    deploy: Deploy | None = None
    restart: str | None = None
    scale: int | None = None
    platform: str | None = None
    pull_policy: str | None = None
    profiles: tuple[str, ...] = ()

    def where(self, *path: str | int) -> Mark | None:
        """The place of a key of this service, or of the service itself."""
        return where(self.tree, *path)


@record
class Volume:
    """A top-level volume. `external_name` is set where the volume is external."""

    name: str
    driver: str | None = None
    driver_opts: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    external: bool = False
    real_name: str | None = None  # `name:` (or `external.name`)
    mark: Mark | None = None


@record
class Network:
    name: str
    driver: str | None = None
    external: bool = False
    internal: bool = False
    real_name: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    mark: Mark | None = None


@record
class FileSource:
    """A top-level config or secret: exactly one of file, environment, content, external."""

    name: str
    file: str | None = None
    environment: str | None = None
    content: str | None = None
    external: bool = False
    real_name: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    mark: Mark | None = None


@record
class Project:
    """A whole project: active services in the order of the files, the rest by name."""

    name: str
    directory: str
    files: tuple[str, ...]
    dialect: Dialect
    services: tuple[Service, ...]
    tree: Map  # the canonical, resolved document with marks
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    configs: Mapping[str, FileSource] = field(default_factory=dict)
    secrets: Mapping[str, FileSource] = field(default_factory=dict)
    disabled: tuple[str, ...] = ()  # services left out by profiles or selection
    warnings: tuple[
        Finding, ...
    ] = ()  # found while loading: unset variables, odd but accepted forms
    errors: tuple[Finding, ...] = ()  # found while loading; what they are about is left out
    broken: frozenset[str] = frozenset()  # paths of two and three levels that errors are about
    # .env, --env-file and shell: for ecs-params
    variables: Mapping[str, str] = field(default_factory=dict)
    within: Confinement = UNCONFINED  # where files may lie that are read later
