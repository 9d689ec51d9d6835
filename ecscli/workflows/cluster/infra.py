"""Where a cluster is described, in an infra file, flags and settings -> its spec, the name of its
stack, and the settings to call AWS with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.limits import EC2
from ecscli.base.marks import Map
from ecscli.base.records import record
from ecscli.base.system.files import Confinement
from ecscli.cluster.model import ClusterSpec
from ecscli.cluster.read import infra_file, legacy, names
from ecscli.cluster.read.spec import build_spec
from ecscli.config.settings import Settings, default_stack
from ecscli.up.stack.preflight.check import need_account

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

CLUSTER_FILE = "--cluster-file"


@record
class InfraRequest:
    """Which cluster is meant.

    `flags` maps ``--name`` to its value, empty or None where it is not given. `settings` is asked
    once the file has been read, and `connect` is called with those of file and flags together.
    `within` gives the directories that files may be read from, for a file in the given one.
    """

    directory: str
    flags: Document
    settings: Callable[[], Settings]
    connect: Callable[[Settings], Aws]
    within: Callable[[str], Confinement]

    @property
    def file(self) -> str | None:
        """The infra file: the one that is named, else ecs-cluster.yml where it exists."""
        named: str | None = self.flags.get(CLUSTER_FILE)
        if named:
            return named
        return infra_file.FILE if (Path(self.directory) / infra_file.FILE).exists() else None


@record
class Infra:
    """The wanted cluster, the name of its stack, and the settings under which AWS is called."""

    spec: ClusterSpec
    stack: str
    settings: Settings
    file: str | None


def read_infra(
    request: InfraRequest, base: Document | None = None, *, empty: bool = False
) -> Infra:
    """The cluster that file and flags describe; without a file the flags are laid over `base`.

    `empty`: the cluster gets no stack. Raises InputError with every finding.
    """
    file = request.file
    tree: Document = _load(request, file) if file else base or {}
    overlaid = legacy.overlay(tree, request.flags)
    complete = infra_file.read_user_data(
        overlaid, Path(request.directory), request.within(""), named=True
    )
    settings = request.settings().under(
        file or "the stack", tree.get("cluster"), tree.get("region"), tree.get("launch-type")
    )
    name, launch_type = settings.need_cluster(), settings.launch_type.value or EC2
    problems = _problems_of_names(settings, empty)
    spec = build_spec(complete, name, launch_type, settings.region.value, problems)
    return Infra(spec, settings.stack_name.value or "", settings, file)


def _problems_of_names(settings: Settings, empty: bool) -> Iterator[Finding]:
    cluster, stack = settings.cluster, settings.stack_name
    yield from names.of_cluster(cluster.value or "", cluster.source)
    if not empty:
        # the default name is made of the cluster's
        source = cluster.source if stack == default_stack(cluster.value) else stack.source
        yield from names.of_stack(stack.value or "", cluster.value or "", source)


def _load(request: InfraRequest, file: str) -> Map:
    path, within = Path(request.directory) / file, request.within(os.path.dirname(file))
    return infra_file.load(path, file, within, named=bool(request.flags.get(CLUSTER_FILE)))


@record
class ExistingRequest:
    """A cluster that exists, by the settings in force; `directory` may hold its infra file."""

    directory: str
    connect: Callable[[], Aws]
    within: Callable[[str], Confinement]


def open_own_aws(request: ExistingRequest) -> Aws:
    """AWS for a command that changes a cluster. Raises AccessError with credentials of another
    account than the one that the infra file names."""
    aws = request.connect()
    account = infra_file.identity(Path(request.directory), request.within("")).account
    if account:
        need_account(aws, account)
    return aws
