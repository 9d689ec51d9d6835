"""The file systems of a project that goes -> what stays of them and how much they hold, or, where
that is asked for, their deletion with all that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError, Finding
from ecscli.base.units import format_size
from ecscli.support.balancer.network import DNS as NETWORK_DNS
from ecscli.support.balancer.part import DNS
from ecscli.support.parts import Part
from ecscli.support.storage.live import file_systems_of
from ecscli.support.storage.model import FILE_SYSTEM
from ecscli.support.template import part_of
from ecscli.up.balancer.ends import ended_traffic
from ecscli.up.balancer.protection import find_protected
from ecscli.up.model import DeleteFileSystem, Plan
from ecscli.up.service.names import Names
from ecscli.up.stack import live as stacks
from ecscli.up.support.file_systems import name_of, read_file_systems
from ecscli.up.support.live import own_stack
from ecscli.up.support.removal import plan_stack_removal
from ecscli.workflows.project import Connect, ProjectRequest, load_files, names_on_cluster, refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.stack.model import Stack

FLAG = "--volumes"


def plan_removal(connect: Connect, request: ProjectRequest) -> Plan:
    """Plan to delete every file system that was made for the project on its cluster, also those
    that an earlier `down` has left."""
    project, params, _ = load_files(request)
    refuse([*project.errors, *params.errors])
    names, aws = names_on_cluster(project, request.settings), connect()
    stack, found = aws.together(
        lambda: own_stack(aws, names), lambda: read_file_systems(aws, names)
    )
    volumes = _volumes(aws, stack)
    return Plan(
        tuple(
            DeleteFileSystem({"FileSystemId": one["FileSystemId"]}, _about(one, volumes))
            for one in found
        )
    )


def plan_end(aws: Aws, names: Names, stack: Stack | None, user: str, deletes: bool) -> Plan:
    """Delete the support stack unless a `user` stays, in words; with notices of the file systems
    that this leaves, unless they are deleted too, and of the traffic that it ends. Raises
    InputError where a load balancer of the stack is protected from deletion."""
    plan = plan_stack_removal(stack, user)
    if not plan or stack is None:
        return plan
    hosts = [stack.outputs[name] for name in (DNS, NETWORK_DNS) if name in stack.outputs]
    refuse(find_protected(aws, hosts))
    plan += Plan((), tuple(ended_traffic(stack.outputs)))
    return plan if deletes else plan + _kept(aws, names, stack)


def unreached(connect: Connect, request: ProjectRequest, plan: Plan) -> Plan:
    """The same without the deletion of file systems, with a notice, where the support stack is
    still there: its mount targets reach them."""
    deletions = [one for one in plan.actions if isinstance(one, DeleteFileSystem)]
    if not deletions:
        return plan
    project, _, _ = load_files(request)
    stack = own_stack(connect(), names_on_cluster(project, request.settings))
    if stack is None or stack.empty:
        return plan
    ids = ", ".join(one.subject for one in deletions)
    notice = Finding(
        f"not deleted: file system {ids}, as stack {stack.name} is still there",
        None,
        f"run `down {FLAG}` again once it has gone",
    )
    others = tuple(one for one in plan.actions if one not in deletions)
    return Plan(others, (*plan.notices, notice))


def _kept(aws: Aws, names: Names, stack: Stack | None) -> Plan:
    """Notices of the file systems that stay when the stack goes, with their sizes where these may
    be read."""
    if stack is None or not any(name.startswith(FILE_SYSTEM) for name in stack.outputs):
        return Plan()
    try:
        found = read_file_systems(aws, names)
    except EcsCliError as error:
        if not denied(error):
            raise
        ids = [id_ for name, id_ in stack.outputs.items() if name.startswith(FILE_SYSTEM)]
        found = [{"FileSystemId": id_} for id_ in ids]
    volumes = _volumes(aws, stack)
    return Plan((), tuple(_stays(one, volumes) for one in found))


def _stays(one: Document, volumes: Mapping[str, list[str]]) -> Finding:
    message = f"file system {one['FileSystemId']} stays ({_about(one, volumes)})"
    hint = f"the next `up` uses it again; `down {FLAG}` deletes it with its data"
    return Finding(message, None, hint)


def _about(one: Document, volumes: Mapping[str, list[str]]) -> str:
    """``volumes data and uploads, 1.2 GiB``"""
    return ", ".join(_facts(one, volumes))


def _facts(one: Document, volumes: Mapping[str, list[str]]) -> Iterator[str]:
    names = volumes.get(str(one["FileSystemId"])) or list(filter(None, [name_of(one)]))
    if names:
        yield f"volume{'s' if len(names) > 1 else ''} {' and '.join(names)}"
    size = (one.get("SizeInBytes") or {}).get("Value")
    if size is not None:
        yield format_size(int(size))


def _volumes(aws: Aws, stack: Stack | None) -> dict[str, list[str]]:
    """The volumes of each file system by its id, as the stack has them."""
    if stack is None or not any(name.startswith(FILE_SYSTEM) for name in stack.outputs):
        return {}
    body = stacks.template(aws, stack.id) or ""
    whole = part_of(body) if body else Part()
    return file_systems_of(whole, stack.outputs)
