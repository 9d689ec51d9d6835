"""An old INI file ~/.ecs/config -> the files config and credentials of today."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.config import ini, stored, writing
from ecscli.config.settings import STACK_PREFIX
from ecscli.config.stored import StoredEntry, StoredFile
from ecscli.up.model import Event
from ecscli.workflows.events import warning

CHANGES = """\
What changes:
- the prefix of project names is gone; name a project with --project-name
- the prefix of service names stays as it is stored, and has no default in new configurations
- the prefix of the stack's name is replaced by the name of the stack,
  amazon-ecs-cli-setup-CLUSTER by default
- the AWS profile is no longer stored: use --aws-profile or AWS_PROFILE"""
KEYS = ("aws_access_key_id", "aws_secret_access_key")


@record
class Migration:
    """The old entry, and the files that follow from it; no `credentials` where there are no keys,
    or where a default profile exists already."""

    old: StoredEntry
    config: StoredFile
    credentials: StoredFile | None


Agree = Callable[[Migration], bool]


def migrate(folder: Path, agree: Agree) -> Generator[Event, None, bool]:
    """Write the files of today in the place of the old one, once `agree` has seen them; whether
    that was done."""
    path = folder / "config"
    if not _is_old(path):
        yield Event(f"No need to migrate; found a YAML formatted configuration file at {path}")
        return False
    migration = _plan(folder)
    if not agree(migration):
        yield Event("Aborting Migration.")
        return False
    _write(folder, migration.old)
    yield from _remarks(migration, folder)
    yield Event("Migrated ECS CLI configuration.")
    return True


def _is_old(path: Path) -> bool:
    """Whether the file is of the old form. Raises InputError where there is nothing to migrate."""
    if not path.exists():
        hint = "store a configuration with `ecscli configure`"
        raise InputError("there is no file to migrate", str(path), hint)
    if ini.is_ini(path):
        return True
    if stored.read(path, stored.CLUSTERS) is None:
        raise InputError("there is nothing to migrate in this file", str(path))
    return False


def _plan(folder: Path) -> Migration:
    old = ini.read_ini(folder / "config")
    config = stored.new(folder / "config", stored.CLUSTERS)
    config.put("default", cluster_entry(old))
    return Migration(old, config, _credentials(old, folder / "credentials"))


def cluster_entry(old: StoredEntry) -> dict[str, str | None]:
    """The cluster configuration that means the same as an old file."""
    prefix, cluster = old.get("cfn-stack-name-prefix"), old.get("cluster")
    return {
        "cluster": cluster,
        "region": old.get("region"),
        "compose-service-name-prefix": old.get("compose-service-name-prefix") or None,
        "cfn-stack-name": None if prefix == STACK_PREFIX else prefix + cluster,
        "default_launch_type": "",
    }


def _credentials(old: StoredEntry, path: Path) -> StoredFile | None:
    """The credentials file with the old keys as profile `default`; None where it has one, or there
    are no keys."""
    if not old.get("aws_secret_access_key"):
        return None
    file = stored.read(path, stored.PROFILES) or stored.new(path, stored.PROFILES)
    if file.entry("default"):
        return None
    file.put("default", {key: old.get(key) for key in KEYS})
    return file


def _write(folder: Path, old: StoredEntry) -> None:
    """Write both files. Raises InputError where the old one has changed since it was read."""
    path = folder / "config"
    with writing.locked(folder):
        if not ini.is_ini(path) or ini.read_ini(path) != old:
            raise InputError("the file has changed meanwhile", str(path), "run the command again")
        migration = _plan(folder)
        if migration.credentials:
            # first, so that an interruption leaves the old file to start from again
            migration.credentials.save()
        migration.config.save()


def _remarks(migration: Migration, folder: Path) -> Iterator[Event]:
    """What of the old file is not in the new ones."""
    old = migration.old
    if old.get("aws_secret_access_key") and not migration.credentials:
        there = folder / "credentials"
        message = f"{there} has a profile default already: the keys of the old file are left out"
        yield warning(Finding(message))
    if old.get("aws_profile"):
        message = (
            f"the AWS profile {old.get('aws_profile')} is not stored: set AWS_PROFILE to use it"
        )
        yield warning(Finding(message))


def preview(migration: Migration) -> Iterator[str]:
    """The old file, the new ones, and what changes between them; secrets are hidden."""
    path = migration.config.path
    yield from _titled("Old file", path, path.read_text(encoding="utf-8"))
    for file in (migration.config, migration.credentials):
        if file:
            yield from _titled("New file", file.path, file.text())
    yield from CHANGES.split("\n")


def _titled(title: str, path: Path, text: str) -> Iterator[str]:
    yield f"{title} {path}"
    yield from _hide_secrets(text).rstrip().split("\n")
    yield ""


def _hide_secrets(text: str) -> str:
    """The text of a file with every secret key and token behind asterisks."""
    return re.sub(
        r"(?m)^(\s*aws_(?:secret_access_key|session_token)\s*[:=][ \t]*)\S.*$", r"\1********", text
    )
