"""A project and the services of one group -> a project of these services alone, with names that ECS
takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ecscli.base.marks import Map, Seq
from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.groups import OF_SERVICE, SHARED
from ecscli.compose.layout.arrangement.names import clean
from ecscli.compose.project.model import Project, Service, VolumesFrom


def own_project(
    project: Project,
    family: str,
    members: Sequence[Service],
    is_job: bool,
) -> Project:
    """The project of a group. Volumes that other groups mount are left out, and so is what depends
    on other groups."""
    names = {service.name for service in members}
    services = [_own_service(service, names, is_job) for service in members]
    mounted = set(mounted_volumes(members))
    return replace(
        project,
        name=family,
        services=tuple(services),
        tree=_own_tree(project, names, is_job),
        volumes={name: one for name, one in project.volumes.items() if name in mounted},
        warnings=(),
    )


def mounted_volumes(services: Sequence[Service]) -> Iterator[str]:
    """The top-level volumes that services mount."""
    for service in services:
        for mount in service.volumes:
            if mount.type == "volume" and mount.source is not None:
                yield mount.source


def _own_service(service: Service, names: Collection[str], is_job: bool) -> Service:
    inside = [edge for edge in service.depends_on if edge.service in names]
    sources = [_renamed_source(source) for source in service.volumes_from]
    own = replace(
        service,
        name=clean(service.name),
        depends_on=tuple(replace(edge, service=clean(edge.service)) for edge in inside),
        links=tuple(_renamed_link(link) for link in service.links if _target(link) in names),
        volumes_from=tuple(sources),
        **{key: _renamed_share(getattr(service, key)) for key in SHARED},
    )
    if is_job and own.deploy is not None:
        return replace(own, deploy=replace(own.deploy, mode=None))
    return own


def _target(link: str) -> str:
    return link.partition(":")[0]


def _renamed_link(link: str) -> str:
    target, colon, alias = link.partition(":")
    return f"{clean(target)}{colon}{alias}"


def _renamed_source(source: VolumesFrom) -> VolumesFrom:
    return source if source.container else replace(source, source=clean(source.source))


def _renamed_share(written: str | None) -> str | None:
    if written is None or not written.startswith(OF_SERVICE):
        return written
    return OF_SERVICE + clean(written.removeprefix(OF_SERVICE))


def _own_tree(project: Project, names: Collection[str], is_job: bool) -> Map:
    """The document without the services of other groups, and without what depends on them; those
    that are off stay, as they are reported."""
    tree = _without(project.tree, ())
    services = tree.get("services")
    if isinstance(services, Map):
        others = [name for name in services if name not in (*names, *project.disabled)]
        own = _without(services, others)
        for name, body in own.items():
            if isinstance(body, Map):
                inside = _without_links(_without_edges(body, others), others)
                own[name] = _without_read(inside, is_job)
        tree["services"] = own
    return tree


def _without_edges(body: Map, others: Collection[str]) -> Map:
    """A service without its `depends_on` on others: they order groups, not containers."""
    if not isinstance(body.get("depends_on"), Map):
        return body
    inside = _without(body["depends_on"], others)
    if not inside:
        return _without(body, ("depends_on",))
    own = _without(body, ())
    own["depends_on"] = inside
    return own


def _without_read(body: Map, is_job: bool) -> Map:
    """A service without the keys of `deploy` that this layout reads: how the service is found, and
    the tags of its ECS service, which a job does not have."""
    keys = ("endpoint_mode",) if is_job else ("endpoint_mode", "labels")
    deploy = body.get("deploy")
    if not isinstance(deploy, Map) or deploy.keys().isdisjoint(keys):
        return body
    own = _without(body, ())
    own["deploy"] = _without(deploy, keys)
    return own


def _without_links(body: Map, others: Collection[str]) -> Map:
    """A service without its `links` to others, which have a warning."""
    links = body.get("links")
    if not isinstance(links, Seq):
        return body
    inside = Seq(mark=links.mark)
    for link, mark in links.marked():
        if _target(str(link)) not in others:
            inside.add(link, mark)
    if not inside:
        return _without(body, ("links",))
    own = _without(body, ())
    own["links"] = inside
    return own


def _without(tree: Map, names: Collection[str]) -> Map:
    """A copy of a mapping without some keys."""
    copy = Map({key: value for key, value in tree.items() if key not in names}, tree.mark)
    copy.keys_at = {key: mark for key, mark in tree.keys_at.items() if key not in names}
    copy.values_at = {key: mark for key, mark in tree.values_at.items() if key not in names}
    return copy
