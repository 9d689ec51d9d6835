"""`configure migrate`: turn an old INI file into today's two files."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ecscli.base.errors import InputError
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand
from ecscli.config import ini, places, stored, writing
from ecscli.config.settings import STACK_PREFIX
from ecscli.config.stored import Entry, StoredFile

CHANGES = """\
What changes:
- the prefix of project names is gone; name a project with --project-name
- the prefix of service names stays as it is stored, and has no default in new configurations
- the prefix of the stack's name is replaced by the name of the stack,
  amazon-ecs-cli-setup-CLUSTER by default
- the AWS profile is no longer stored: use --aws-profile or AWS_PROFILE"""


@click.command(cls=EcsCommand, name="migrate")
@click.option("--force", is_flag=True, help="Show nothing and do not ask.")
@click.pass_obj
def command(app: App, force: bool) -> None:
    """Turn an old INI file ~/.ecs/config into the files config and credentials of today."""
    folder = places.folder(app.environment, app.sandbox)
    path = folder / "config"
    if not path.exists():
        raise InputError(
            "there is no file to migrate",
            str(path),
            "store a configuration with `ecscli configure`",
        )
    if not ini.is_ini(path):
        file = stored.read(path, stored.CLUSTERS)
        if file is None:
            raise InputError("there is nothing to migrate in this file", str(path))
        app.console.say(f"No need to migrate; found a YAML formatted configuration file at {path}")
        return
    old = ini.read_ini(path)
    if not force:
        _preview(app, path.read_text(encoding="utf-8"), *_new_files(old, folder))
        if (
            not app.console.ask("Are you sure you want to migrate[y/n]?")
            .strip()
            .lower()
            .startswith("y")
        ):
            app.console.say("Aborting Migration.")
            return
    with writing.locked(folder):
        if not ini.is_ini(path) or ini.read_ini(path) != old:
            raise InputError("the file has changed meanwhile", str(path), "run the command again")
        config, credentials = _new_files(old, folder)
        if credentials:
            # first, so that an interruption leaves the old file to start from again
            credentials.save()
        config.save()
    if old.get("aws_secret_access_key") and not credentials:
        there = folder / "credentials"
        app.console.warn(
            f"{there} has a profile default already: the keys of the old file are left out"
        )
    if old.get("aws_profile"):
        app.console.warn(
            f"the AWS profile {old.get('aws_profile')} is not stored: set AWS_PROFILE to use it"
        )
    app.console.say("Migrated ECS CLI configuration.")


def cluster_entry(old: Entry) -> dict[str, str | None]:
    """The cluster configuration that says the same as an old file."""
    prefix, cluster = old.get("cfn-stack-name-prefix"), old.get("cluster")
    return {
        "cluster": cluster,
        "region": old.get("region"),
        "compose-service-name-prefix": old.get("compose-service-name-prefix") or None,
        "cfn-stack-name": None if prefix == STACK_PREFIX else prefix + cluster,
        "default_launch_type": "",
    }


def _new_files(old: Entry, folder: Path) -> tuple[StoredFile, StoredFile | None]:
    config = stored.new(folder / "config", stored.CLUSTERS)
    config.put("default", cluster_entry(old))
    return config, _credentials(old, folder / "credentials")


def _credentials(old: Entry, path: Path) -> StoredFile | None:
    """The credentials file with the old keys as profile `default`; None where it has one, or there
    are no keys."""
    if not old.get("aws_secret_access_key"):
        return None
    file = stored.read(path, stored.PROFILES) or stored.new(path, stored.PROFILES)
    if file.entry("default"):
        return None
    keys = ("aws_access_key_id", "aws_secret_access_key")
    file.put("default", {key: old.get(key) for key in keys})
    return file


def _preview(app: App, old: str, config: StoredFile, credentials: StoredFile | None) -> None:
    parts = [("Old file", str(config.path), old), ("New file", str(config.path), config.text())]
    if credentials:
        parts.append(("New file", str(credentials.path), credentials.text()))
    for title, path, text in parts:
        for line in (f"{title} {path}", *hide_secrets(text).rstrip().split("\n"), ""):
            app.console.say(line)
    for line in CHANGES.split("\n"):
        app.console.say(line)


def hide_secrets(text: str) -> str:
    """The text of a file with every secret key and token behind asterisks."""
    return re.sub(
        r"(?m)^(\s*aws_(?:secret_access_key|session_token)\s*[:=][ \t]*)\S.*$", r"\1********", text
    )
