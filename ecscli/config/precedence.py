"""Flags, environment and the files of ~/.ecs and ~/.aws -> Settings: which of them wins.

The orders are those of ecs-cli: a flag, then the environment or a stored configuration, then AWS's
own files. With the sandbox only flags, its own configuration folder and names from the environment
count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.config import aws_files, ini, places, stored
from ecscli.config.settings import (
    NOWHERE,
    UNSET,
    Flags,
    Login,
    Settings,
    Value,
    default_stack,
    launch_type_of,
)
from ecscli.config.stored import StoredEntry, StoredFile

SANDBOX_REGION = "us-east-1"
SANDBOX_LOGIN = Login("sandbox", "the sandbox", access_key="sandbox", secret_key="sandbox")
ENDPOINT_UNUSED = Finding(
    "not used: every call goes to the sandbox",
    "--endpoint",
    "leave --sandbox and ECSCLI_SANDBOX out to call another address",
)
CHAIN = "the AWS SDK's chain"
CONFIGURE = {
    "cluster configuration": "configure --config-name {} --cluster CLUSTER --region REGION",
    "ECS profile": "configure profile --profile-name {}",
}


@record
class Stored:
    """What the two files of ~/.ecs hold for this run: one entry of each, with where it was found in
    words."""

    config: StoredEntry | None = None
    config_source: str = ""
    ini: bool = False
    profile: StoredEntry | None = None
    profile_source: str = ""

    def value(self, key: str) -> Value:
        """A key of the cluster configuration."""
        text = self.config.get(key) if self.config else ""
        return Value(text, self.config_source) if text else UNSET


def resolve(flags: Flags, environment: Mapping[str, str]) -> Settings:
    """The effective settings. Raises InputError for a file, entry or launch type that cannot be
    taken."""
    files = _read_stored(flags, environment)
    sandbox = flags.sandbox_url is not None
    login = SANDBOX_LOGIN if sandbox else _login(flags, environment, files)
    cluster = _cluster(flags, environment, files)
    stack_name, notices = _stack_name(files, cluster)
    if sandbox and flags.endpoint:
        notices = (*notices, ENDPOINT_UNUSED)
    return Settings(
        cluster=cluster,
        region=_region(flags, environment, files, login),
        launch_type=_launch_type(flags, files),
        stack_name=stack_name,
        service_prefix=files.value("compose-service-name-prefix"),
        project_prefix=files.value("compose-project-name-prefix") if files.ini else UNSET,
        login=login,
        endpoint=None if sandbox else flags.endpoint,
        sandbox_url=flags.sandbox_url,
        configured_region=files.value("region"),
        notices=notices,
    )


def _first(values: Iterable[Value]) -> Value:
    return next((value for value in values if value), UNSET)


# ------------------------------------------------------------------------------- stored files


def _read_stored(flags: Flags, environment: Mapping[str, str]) -> Stored:
    if places.home(environment) is None:
        return Stored()
    sandbox = flags.sandbox_url is not None
    folder = places.folder(environment, sandbox)
    found = _read_config(folder / "config", flags)
    if sandbox:
        _refuse_unknown_profiles(flags, environment)
        return found
    named = flags.ecs_profile or environment.get("ECS_PROFILE")
    return _with_profile(found, folder / "credentials", named)


def _with_profile(found: Stored, credentials: Path, named: str | None) -> Stored:
    file = stored.read(credentials, stored.PROFILES)
    profile = _choose(file, credentials, named, "ECS profile")
    if profile is None:
        return found
    source = f"{credentials}, profile {profile.name}"
    return replace(found, profile=profile, profile_source=source)


def _refuse_unknown_profiles(flags: Flags, environment: Mapping[str, str]) -> None:
    """The sandbox uses no profile, but a rehearsal finds the misspelled name of one: only names are
    looked up, in the files of the sandbox and in the real ones."""
    if flags.ecs_profile:
        _need_ecs_profile(flags.ecs_profile, environment)
    if flags.aws_profile and flags.aws_profile not in aws_files.profiles(environment):
        hint = "add it with `aws configure --profile`, or leave --aws-profile out"
        raise InputError(f'there is no AWS profile "{flags.aws_profile}"', hint=hint)


def _need_ecs_profile(name: str, environment: Mapping[str, str]) -> None:
    paths = [places.folder(environment, inside) / "credentials" for inside in (True, False)]
    files = [stored.read(path, stored.PROFILES) for path in paths]
    if not any(file and file.entry(name) for file in files):
        hint = f"add it with `ecscli {CONFIGURE['ECS profile'].format(name)}`"
        raise InputError(f'there is no ECS profile "{name}"', str(paths[1]), hint)


def _read_config(path: Path, flags: Flags) -> Stored:
    if ini.is_ini(path):
        _refuse_named_configuration(path, flags)
        return Stored(ini.read_ini(path), f"{path} (INI)", True)
    file = stored.read(path, stored.CLUSTERS)
    entry = _choose(file, path, flags.cluster_config, "cluster configuration")
    return Stored(entry, f"{path}, cluster configuration {entry.name}" if entry else "")


def _refuse_named_configuration(path: Path, flags: Flags) -> None:
    """The old form of the file has no names."""
    if flags.cluster_config:
        message = f'there is no cluster configuration "{flags.cluster_config}"'
        hint = "turn the old file into named configurations with `ecscli configure migrate`"
        raise InputError(message, str(path), hint)


def _choose(
    file: StoredFile | None, path: Path, named: str | None, kind: str
) -> StoredEntry | None:
    """The entry called `named`, else the file's default one. Raises InputError for a name that is
    not there."""
    name = named or (file.default if file else "")
    if not name:
        return None
    entry = file.entry(name) if file else None
    if entry is None:
        known = f"name one of {', '.join(file.names())}, or " if file and file.names() else ""
        hint = f"{known}add it with `ecscli {CONFIGURE[kind].format(name)}`"
        raise InputError(f'there is no {kind} "{name}"', str(path), hint)
    return entry


# ------------------------------------------------------------------------- cluster and stack


def _cluster(flags: Flags, environment: Mapping[str, str], files: Stored) -> Value:
    return _first(
        (
            Value(flags.cluster, "--cluster"),
            Value(environment.get("ECS_CLUSTER"), "ECS_CLUSTER"),
            files.value("cluster"),
        )
    )


def _launch_type(flags: Flags, files: Stored) -> Value:
    if flags.launch_type:
        return launch_type_of(Value(flags.launch_type, "--launch-type"))
    marks = files.config.marks if files.config else {}
    return launch_type_of(files.value("default_launch_type"), marks.get("default_launch_type"))


def _stack_name(files: Stored, cluster: Value) -> tuple[Value, tuple[Finding, ...]]:
    """The stack's name. A stored one belongs to the stored cluster, and to no other one that a flag
    names."""
    name, source = cluster.value or "", files.config_source
    if files.ini and files.config and cluster:
        return Value(files.config.get("cfn-stack-name-prefix") + name, source), ()
    kept, owner = files.value("cfn-stack-name"), files.value("cluster")
    if not kept:
        return default_stack(cluster.value), ()
    if not cluster or not owner or name == owner.value:
        return kept, ()
    message = f"the stack {kept.value} of {source} is not used for cluster {name}"
    return default_stack(name), (Finding(message, cluster.source),)


# -------------------------------------------------------------------------------- credentials


def _login(flags: Flags, environment: Mapping[str, str], files: Stored) -> Login:
    """Explicit flags first, then profile variables, then keys in the environment, then the default
    ECS profile."""
    return (
        _named_login(flags.aws_profile, "--aws-profile", flags.ecs_profile, files)
        or _named_login(
            environment.get("AWS_PROFILE"), "AWS_PROFILE", environment.get("ECS_PROFILE"), files
        )
        or _unnamed_login(environment, files)
    )


def _named_login(
    aws_profile: str | None, source: str, ecs_profile: str | None, files: Stored
) -> Login | None:
    if aws_profile:
        return Login("profile", source, profile=aws_profile)
    if ecs_profile:
        assert files.profile is not None
        return _static(files.profile, files.profile_source)
    return None


def _unnamed_login(environment: Mapping[str, str], files: Stored) -> Login:
    if environment.get("AWS_ACCESS_KEY_ID") and environment.get("AWS_SECRET_ACCESS_KEY"):
        return Login("chain", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if files.profile and files.profile.get("aws_secret_access_key"):
        return _static(files.profile, files.profile_source)
    if files.ini and files.config:
        return _ini_login(files.config, files.config_source)
    profile = environment.get("AWS_DEFAULT_PROFILE")
    return Login("chain", f"AWS_DEFAULT_PROFILE={profile}" if profile else CHAIN)


def _static(entry: StoredEntry, source: str) -> Login:
    access_key, secret_key = entry.get("aws_access_key_id"), entry.get("aws_secret_access_key")
    if not (access_key and secret_key):
        message = "aws_access_key_id or aws_secret_access_key is empty"
        raise InputError(message, source, "`ecscli configure profile`")
    return Login(
        "static",
        source,
        access_key=access_key,
        secret_key=secret_key,
        session_token=entry.get("aws_session_token") or None,
    )


def _ini_login(entry: StoredEntry, source: str) -> Login:
    if entry.get("aws_secret_access_key"):
        return _static(entry, source)
    if entry.get("aws_profile"):
        return Login("profile", source, profile=entry.get("aws_profile"))
    return Login("chain", CHAIN)


# ------------------------------------------------------------------------------------- region


def _region(flags: Flags, environment: Mapping[str, str], files: Stored, login: Login) -> Value:
    """The region; where there is none, with the file of ~/.aws that may name one and cannot be
    read."""
    found = _first(_regions(flags, environment, files, login))
    return found or Value(None, aws_files.unreadable(environment) or NOWHERE)


def _regions(
    flags: Flags, environment: Mapping[str, str], files: Stored, login: Login
) -> Iterator[Value]:
    yield Value(flags.region, "--region")
    yield files.value("region")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        yield Value(environment.get(name), name)
    if login.kind == "sandbox":
        yield Value(SANDBOX_REGION, "default of the sandbox")
    else:
        profile = login.profile or environment.get("AWS_DEFAULT_PROFILE") or "default"
        yield _region_of_profile(environment, profile)


def _region_of_profile(environment: Mapping[str, str], profile: str) -> Value:
    found = aws_files.region_of(environment, profile)
    return Value(found[0], f"{found[1]}, profile {profile}") if found else UNSET
