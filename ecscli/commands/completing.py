"""Names that a shell completes: of clusters, profiles and services, from files, and from AWS where
it answers soon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import click

from ecscli.base.errors import EcsCliError
from ecscli.base.printable import is_plain
from ecscli.base.records import fields_of
from ecscli.commands.compose.flags import ComposeFlags, keep_flags, load_options
from ecscli.commands.context import App
from ecscli.commands.options import fill, given_flags
from ecscli.compose.load import load_project
from ecscli.config import aws_files, places, stored
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags, Settings
from ecscli.workflows.cluster.names import cluster_names, service_names

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def _starting(names: Callable[[App, bool], Iterable[str]]) -> Completer:
    """A completer of the names that begin as what is typed.

    A file that is wrong offers nothing, and no name is offered that a terminal would not show as it
    is.
    """

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        root = ctx.find_root()
        with ctx.scope(cleanup=False):
            try:
                found = list(names(root.ensure_object(App), bool(root.params.get("sandbox"))))
            except EcsCliError:
                return []
        return sorted({name for name in found if name.startswith(incomplete) and is_plain(name)})

    return complete


def _stored(app: App, sandbox: bool, name: str, section: str) -> stored.StoredFile | None:
    return stored.read(places.folder(app.environment, sandbox) / name, section)


def _configurations(app: App, sandbox: bool) -> Iterable[str]:
    file = _stored(app, sandbox, "config", stored.CLUSTERS)
    return file.names() if file else ()


def _ecs_profiles(app: App, sandbox: bool) -> Iterable[str]:
    file = _stored(app, sandbox, "credentials", stored.PROFILES)
    return file.names() if file else ()


def _aws_profiles(app: App, sandbox: bool) -> Iterable[str]:
    return aws_files.profiles(app.environment)


def _clusters(app: App, sandbox: bool) -> Iterable[str]:
    file = _stored(app, sandbox, "config", stored.CLUSTERS)
    entries = [file.entry(name) for name in file.names()] if file else []
    names = [entry.get("cluster") for entry in entries if entry]
    with suppress(EcsCliError):
        names += _live_clusters(app, sandbox)
    return names


def _live_clusters(app: App, sandbox: bool) -> list[str]:
    settings = _settings(app, sandbox)
    return cluster_names(settings) if settings else []


def _services_of_cluster(app: App, sandbox: bool) -> Iterable[str]:
    settings = _settings(app, sandbox)
    return service_names(settings) if settings else []


def _settings(app: App, sandbox: bool) -> Settings | None:
    """The settings in force; None where they mean a sandbox that does not run, which is not started
    for names."""
    address = _running_sandbox(app, sandbox)
    if sandbox and not address:
        return None
    flags = Flags(**given_flags(click.get_current_context()), sandbox_url=address)
    return resolve(flags, app.environment)


def _running_sandbox(app: App, sandbox: bool) -> str | None:
    if not sandbox:
        return None
    from ecscli.sandbox.place import Place
    from ecscli.sandbox.process import find

    record = find(Place.of(app.environment))
    return str(record["url"]) if record else None


def _services(app: App, sandbox: bool) -> Iterable[str]:
    ctx: click.Context | None = click.get_current_context()
    while ctx is not None and ctx.info_name != "compose":
        ctx = ctx.parent
    names = set(fields_of(ComposeFlags))
    given = {name: value for name, value in (ctx.params if ctx else {}).items() if name in names}
    keep_flags(click.get_current_context(), fill(ComposeFlags, given))
    return [service.name for service in load_project(load_options(app)).services]


cluster_configurations = _starting(_configurations)
ecs_profiles = _starting(_ecs_profiles)
aws_profiles = _starting(_aws_profiles)
clusters = _starting(_clusters)
services = _starting(_services)
services_of_cluster = _starting(_services_of_cluster)
