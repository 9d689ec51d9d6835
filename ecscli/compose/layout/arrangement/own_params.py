"""ecs-params of a project and the services of one group -> ecs-params of this group: what the file
has for all, below what it has for these services."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from ecscli.base.findings import Findings
from ecscli.base.marks import Map, Mark, Raw, Seq, dotted
from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.names import clean
from ecscli.compose.layout.arrangement.own_project import mounted_volumes
from ecscli.compose.params.extension import laid_over
from ecscli.compose.params.read import EcsParams, as_map, read_tree
from ecscli.compose.project.model import Project, Service

# keys that may differ in a group: it has what all of its services have
OF_EACH = ("group", "policies", "ingress", "load_balancer")
VOLUMES = ("docker_volumes", "efs_volumes", "fsx_volumes", "ebs_volumes")
# what the settings of services change of the params; the rest is that of the project
READ_AGAIN = (
    *("task", "volumes", "managed_volumes", "services", "extra", "files_image"),
    *("network", "placement", "service", "service_discovery", "tree"),
)


def own_params(
    params: EcsParams, project: Project, members: Sequence[Service], findings: Findings
) -> EcsParams:
    """The params of a group, with the places of the file or of `x-ecs`.

    What is wrong with the file has been found when it was read as a whole.
    """
    settings = _settings(params, members, findings)
    names = {service.name for service in members}
    others = {service.name for service in project.services} - names
    tree = Map(as_map(params.tree), getattr(params.tree, "mark", None))
    tree.keys_at = dict(getattr(params.tree, "keys_at", {}))
    tree["run_params"] = _run_params(params, settings, others)
    tree["task_definition"] = _task_definition(params, project, settings, members)
    own = read_tree(tree, params.file, Findings())
    read_again = {name: getattr(own, name) for name in READ_AGAIN}
    return replace(params, **read_again, warnings=(), notices=())


def _settings(params: EcsParams, members: Sequence[Service], findings: Findings) -> Map:
    """What `service_params` and `x-ecs` have for the services of a group, joined; a key for which
    two of them have different values is an error."""
    joined = Map()
    for service in members:
        given = params.layout.services.get(service.name, Map())
        for path, mark, known in _conflicts(joined, given):
            if path[0] not in OF_EACH:
                findings.error(
                    f"the group has another value at {known} already",
                    mark,
                    "keep one of them: a group is one ECS service",
                    key=f"service_params.{service.name}.{dotted(path)}",
                )
        joined = laid_over(joined, given)
    return joined


def _conflicts(
    one: Map, other: Map, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mark | None, Mark | None]]:
    """(path, its place in `other`, its place in `one`) of each value that differs."""
    for key, value in other.items():
        known, path = one.get(key), (*above, key)
        if isinstance(value, Map) and isinstance(known, Map):
            yield from _conflicts(known, value, path)
        elif key in one and known != value:
            yield path, other.keys_at.get(key), one.keys_at.get(key)


# ------------------------------------------------------------- run_params


def _run_params(params: EcsParams, settings: Map, others: Collection[str]) -> Map:
    """`run_params` of the file, and over them those of the services."""
    run = laid_over(_for_all(params, others), as_map(settings.get("run_params")))
    if "desired_count" in settings:
        count = Map({"desired_count": settings["desired_count"]})
        count.keys_at = {"desired_count": settings.keys_at["desired_count"]}
        run = laid_over(run, count)
    return run


def _for_all(params: EcsParams, others: Collection[str]) -> Map:
    """`run_params` of the file without load balancers of other groups' services."""
    run = as_map(as_map(params.tree).get("run_params"))
    given = run.get("load_balancers")
    if not isinstance(given, Seq):
        return run
    balancers = _kept(given, lambda item: as_map(item).get("container_name") not in others)
    kept = laid_over(run, Map({"load_balancers": balancers}))
    if not balancers:
        del kept["load_balancers"]
    return kept


def _kept(items: Seq, is_kept: Callable[[Raw], bool]) -> Seq:
    """The items that are kept, with their places."""
    kept = Seq((), items.mark)
    for item, mark in items.marked():
        if is_kept(item):
            kept.add(item, mark)
    return kept


# ------------------------------------------------------------- task_definition


def _task_definition(
    params: EcsParams, project: Project, settings: Map, members: Sequence[Service]
) -> Map:
    """`task_definition` of the file with the size of the group, and without services and volumes of
    other groups."""
    given = as_map(as_map(params.tree).get("task_definition"))
    task = laid_over(given, Map())
    own = {service.name: clean(service.name) for service in members}
    if isinstance(given.get("services"), Map):
        task["services"] = _renamed(given["services"], own)
    foreign = _foreign_volumes(project, members)
    for key in VOLUMES:
        if isinstance(given.get(key), Seq):
            task[key] = _kept(given[key], lambda item: as_map(item).get("name") not in foreign)
    size = settings.get("task_size")
    if isinstance(size, Map):
        sized = Map({"task_size": size})
        sized.keys_at = {"task_size": settings.keys_at["task_size"]}
        task = laid_over(task, sized)
    return task


def _renamed(tree: Map, names: dict[str, str]) -> Map:
    """The entries with these names, under their new ones."""
    renamed = Map({new: tree[old] for old, new in names.items() if old in tree}, tree.mark)
    renamed.keys_at = {new: tree.keys_at[old] for old, new in names.items() if old in tree.keys_at}
    return renamed


def _foreign_volumes(project: Project, members: Sequence[Service]) -> set[str]:
    """The volumes that other services mount and these do not, by their names in Compose."""
    own = set(mounted_volumes(members))
    others = [service for service in project.services if service not in members]
    return set(mounted_volumes(others)) - own
