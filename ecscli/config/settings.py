"""Flags, environment and the files of ~/.ecs and ~/.aws -> Settings, in which each value knows its
source.

The orders are those of the original: a flag, then the environment or a stored configuration, then
AWS's own files. With the sandbox only flags, its own configuration folder and names from the
environment count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import field, record, replace
from ecscli.config import stored
from ecscli.config.stored import Entry, StoredFile

LAUNCH_TYPES = ("EC2", "FARGATE", "EXTERNAL")
STACK_PREFIX = "amazon-ecs-cli-setup-"
SANDBOX_REGION = "us-east-1"
NOWHERE = "not set"


@record
class Flags:
    """What the command line says.

    `sandbox_url` is set exactly when the sandbox was asked for; it is empty where the sandbox need
    not run.
    """

    region: str | None = None
    ecs_profile: str | None = None
    aws_profile: str | None = None
    cluster_config: str | None = None
    cluster: str | None = None
    launch_type: str | None = None
    endpoint: str | None = None
    sandbox_url: str | None = None


@record
class Value:
    """A setting and where it came from, in words: a flag, a variable, a file and its entry."""

    value: str | None
    source: str

    def __bool__(self) -> bool:
        return bool(self.value)


UNSET = Value(None, NOWHERE)


@record
class Login:
    """Whose credentials sign: those of the sandbox, static keys, an AWS profile, or botocore's
    whole chain."""

    kind: Literal["sandbox", "static", "profile", "chain"]
    source: str
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)


@record
class Settings:
    """The effective settings of one run."""

    cluster: Value
    region: Value
    launch_type: Value
    stack_name: Value
    service_prefix: Value
    project_prefix: Value
    login: Login
    endpoint: str | None = None  # of ECS alone
    sandbox_url: str | None = None  # of every service
    sandbox_registry: str | None = None  # host:port that stands for ECR's registry in the sandbox
    fips: bool = False
    notices: tuple[Finding, ...] = ()

    def need_cluster(self) -> str:
        """The cluster's name; InputError where nothing says it."""
        if not self.cluster.value:
            hint = (
                "use --cluster, ECS_CLUSTER, or `ecscli configure --cluster NAME --region REGION`"
                " (~/.ecs/config)"
            )
            raise InputError("no cluster is set", hint=hint)
        return self.cluster.value

    def need_region(self) -> str:
        """The region; InputError where nothing says it."""
        if not self.region.value:
            hint = (
                "use --region, `ecscli configure --cluster NAME --region REGION` (~/.ecs/config),"
                " AWS_REGION, or `region` of the AWS profile (~/.aws/config)"
            )
            where = None if self.region.source == NOWHERE else self.region.source
            raise InputError("no region is set", where, hint)
        return self.region.value

    def under(
        self,
        source: str,
        cluster: str | None = None,
        region: str | None = None,
        launch_type: str | None = None,
    ) -> Settings:
        """These settings with the values of an infra file: below flags and ECS_CLUSTER, above all
        else."""
        chosen = _below_flags(self.cluster, Value(cluster, source))
        stack = (
            self.stack_name if chosen.value == self.cluster.value else _default_stack(chosen.value)
        )
        return replace(
            self,
            cluster=chosen,
            region=_below_flags(self.region, Value(region, source)),
            launch_type=_below_flags(self.launch_type, _launch_type(Value(launch_type, source))),
            stack_name=stack,
        )


@record
class Stored:
    """What the two files hold for this run: one entry of each, with the words for where they
    stand."""

    config: Entry | None = None
    config_source: str = ""
    ini: bool = False
    profile: Entry | None = None
    profile_source: str = ""


def resolve(flags: Flags, environment: Mapping[str, str]) -> Settings:
    """The effective settings. Raises InputError for a file, entry or launch type that is wrong."""
    sandbox = flags.sandbox_url is not None
    if stored.home(environment) is None:
        files = Stored()
    else:
        files = _read_stored(flags, environment, stored.folder(environment, sandbox))
    cluster = _first(
        (
            Value(flags.cluster, "--cluster"),
            Value(environment.get("ECS_CLUSTER"), "ECS_CLUSTER"),
            _of(files, "cluster"),
        )
    )
    launch_type = _first(
        (Value(flags.launch_type, "--launch-type"), _of(files, "default_launch_type"))
    )
    stack_name, notices = _stack_name(files, cluster)
    login = (
        Login("sandbox", "the sandbox", access_key="sandbox", secret_key="sandbox")
        if sandbox
        else _login(flags, environment, files)
    )
    return Settings(
        cluster=cluster,
        region=_first(_regions(flags, environment, files, login)) or _no_region(environment),
        launch_type=_launch_type(launch_type, files),
        stack_name=stack_name,
        service_prefix=_of(files, "compose-service-name-prefix"),
        project_prefix=_of(files, "compose-project-name-prefix") if files.ini else UNSET,
        login=login,
        endpoint=None if sandbox else flags.endpoint,
        sandbox_url=flags.sandbox_url,
        sandbox_registry=environment.get("ECSCLI_SANDBOX_REGISTRY") if sandbox else None,
        notices=notices,
    )


def _read_stored(flags: Flags, environment: Mapping[str, str], folder: Path) -> Stored:
    config, credentials = folder / "config", folder / "credentials"
    if stored.is_ini(config):
        entry: Entry | None = stored.read_ini(config)
        source, ini = f"{config} (INI)", True
        if flags.cluster_config:
            hint = "turn the old file into named configurations with `ecscli configure migrate`"
            raise InputError(
                f'there is no cluster configuration "{flags.cluster_config}"', str(config), hint
            )
    else:
        entry = _choose(
            stored.read(config, stored.CLUSTERS),
            config,
            flags.cluster_config,
            "cluster configuration",
        )
        source, ini = f"{config}, cluster configuration {entry.name}" if entry else "", False
    if flags.sandbox_url is not None:
        return Stored(entry, source, ini)
    named = flags.ecs_profile or environment.get("ECS_PROFILE")
    profile = _choose(stored.read(credentials, stored.PROFILES), credentials, named, "ECS profile")
    profile_source = f"{credentials}, profile {profile.name}" if profile else ""
    return Stored(entry, source, ini, profile, profile_source)


def _choose(file: StoredFile | None, path: Path, named: str | None, kind: str) -> Entry | None:
    """The entry called `named`, else the file's default one; a name that leads nowhere is an
    error."""
    name = named or (file.default if file else "")
    if not name:
        return None
    entry = file.entry(name) if file else None
    if entry is None:
        command = "configure profile" if kind == "ECS profile" else "configure"
        known = ", ".join(file.names()) if file else ""
        hint = (f"known: {known}; " if known else "") + f"add one with `ecscli {command}`"
        raise InputError(f'there is no {kind} "{name}"', str(path), hint)
    return entry


def _of(files: Stored, key: str) -> Value:
    value = files.config.get(key) if files.config else ""
    return Value(value, files.config_source) if value else UNSET


def _first(values: Iterable[Value]) -> Value:
    return next((value for value in values if value), UNSET)


def _below_flags(here: Value, below: Value) -> Value:
    flagged = here and (here.source.startswith("--") or here.source == "ECS_CLUSTER")
    return here if flagged or not below else below


def _launch_type(found: Value, files: Stored | None = None) -> Value:
    if not found.value:
        return UNSET
    if found.value.upper() not in LAUNCH_TYPES:
        marks = files.config.marks if files and files.config else {}
        where = (
            marks.get("default_launch_type", found.source)
            if not found.source.startswith("--")
            else found.source
        )
        raise InputError(f'"{found.value}" is no launch type', where, "EC2 or FARGATE")
    return replace(found, value=found.value.upper())


def _default_stack(cluster: str | None) -> Value:
    return Value(STACK_PREFIX + cluster, "default name for the cluster") if cluster else UNSET


def _stack_name(files: Stored, cluster: Value) -> tuple[Value, tuple[Finding, ...]]:
    """The stack's name; a stored one belongs to the stored cluster, and to no other that a flag
    names."""
    if files.ini and files.config and cluster:
        return (
            Value(
                files.config.get("cfn-stack-name-prefix") + (cluster.value or ""),
                files.config_source,
            ),
            (),
        )
    kept = _of(files, "cfn-stack-name")
    if kept and cluster == _of(files, "cluster"):
        return kept, ()
    if kept and files.config and cluster.value == files.config.get("cluster"):
        return kept, ()
    if kept and cluster and files.config and files.config.get("cluster"):
        message = (
            f"the stack {kept.value} of {files.config_source} is not used for cluster"
            f" {cluster.value}"
        )
        return _default_stack(cluster.value), (Finding(message, cluster.source),)
    return kept or _default_stack(cluster.value), ()


def _login(flags: Flags, environment: Mapping[str, str], files: Stored) -> Login:
    """Explicit flags first, then profile variables, then keys in the environment, then the default
    ECS profile."""
    rows = (
        (flags.aws_profile, "--aws-profile", True),
        (flags.ecs_profile, "--ecs-profile", False),
        (environment.get("AWS_PROFILE"), "AWS_PROFILE", True),
        (environment.get("ECS_PROFILE"), "ECS_PROFILE", False),
    )
    for value, source, of_aws in rows:
        if value:
            return Login("profile", source, profile=value) if of_aws else _static(files)
    if environment.get("AWS_ACCESS_KEY_ID") and environment.get("AWS_SECRET_ACCESS_KEY"):
        return Login("chain", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if files.profile and files.profile.get("aws_secret_access_key"):
        return _static(files)
    if files.ini and files.config:
        return _ini_login(files.config, files.config_source)
    return _chain(environment)


def _static(files: Stored) -> Login:
    assert files.profile is not None
    return _keys(files.profile, files.profile_source)


def _keys(entry: Entry, source: str) -> Login:
    if not (entry.get("aws_access_key_id") and entry.get("aws_secret_access_key")):
        raise InputError(
            "aws_access_key_id or aws_secret_access_key is empty",
            source,
            "`ecscli configure profile`",
        )
    return Login(
        "static",
        source,
        access_key=entry.get("aws_access_key_id"),
        secret_key=entry.get("aws_secret_access_key"),
        session_token=entry.get("aws_session_token") or None,
    )


def _ini_login(entry: Entry, source: str) -> Login:
    if entry.get("aws_secret_access_key"):
        return _keys(entry, source)
    if entry.get("aws_profile"):
        return Login("profile", source, profile=entry.get("aws_profile"))
    return Login("chain", "the AWS SDK's chain")


def _chain(environment: Mapping[str, str]) -> Login:
    profile = environment.get("AWS_DEFAULT_PROFILE")
    return Login("chain", f"AWS_DEFAULT_PROFILE={profile}" if profile else "the AWS SDK's chain")


def _regions(
    flags: Flags, environment: Mapping[str, str], files: Stored, login: Login
) -> Iterator[Value]:
    yield Value(flags.region, "--region")
    yield _of(files, "region")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        yield Value(environment.get(name), name)
    if login.kind == "sandbox":
        yield Value(SANDBOX_REGION, "default of the sandbox")
        return
    yield _region_of_profile(
        environment, login.profile or environment.get("AWS_DEFAULT_PROFILE") or "default"
    )


def _no_region(environment: Mapping[str, str]) -> Value:
    """No region, with the file of ~/.aws that may say one and cannot be read."""
    from ecscli.config import aws_files

    return Value(None, aws_files.unreadable(environment) or NOWHERE)


def _region_of_profile(environment: Mapping[str, str], profile: str) -> Value:
    from ecscli.config import aws_files

    found = aws_files.region_of(environment, profile)
    return Value(found[0], f"{found[1]}, profile {profile}") if found else UNSET
