"""The arrangement of a project and settings -> the task definition of each group, and everything
that is found about all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from ecscli.base.errors import Finding
from ecscli.base.findings import FindingList, Findings
from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.compose.balancing.balance import BalancingOptions, balance
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.ecs.launch_target import LaunchTarget, decide, on_cluster
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.arrangement.names import clean, tags_of
from ecscli.compose.layout.defaults import with_defaults
from ecscli.compose.layout.discovery.decide import decide_discovery
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.layout.discovery.naming import naming_of
from ecscli.compose.layout.hosts import unresolved_hosts
from ecscli.compose.layout.labels import label_tags
from ecscli.compose.layout.networks import GroupNetworks, connected
from ecscli.compose.layout.policies import policies_of
from ecscli.compose.layout.shared_volumes import check_shared_volumes
from ecscli.compose.params.network_settings import NetworkSettings, network_settings
from ecscli.compose.params.policy_settings import Policies
from ecscli.compose.params.read import EcsParams
from ecscli.compose.params.registry_creds import RegistryCreds
from ecscli.compose.project.model import Project
from ecscli.compose.secrets.stored import stored_secrets
from ecscli.compose.storage.model import Storage, needs_role
from ecscli.compose.storage.read import read_storage
from ecscli.compose.task.definition import TaskDefinition, TaskSettings
from ecscli.compose.task.logs import log_notices
from ecscli.compose.verdict import judge

OF_ONE_SERVICE = ("services.", "service_params.")  # how keys begin that name a service


@record
class Judged:
    """A group, the settings that it was translated with, and its task definition; `tags` are those
    of its ECS service that the files give, `policies` what its containers may do at AWS."""

    group: Group
    settings: TaskSettings
    definition: TaskDefinition
    tags: Tags = ()
    policies: Policies = Policies()


@record
class JudgedProject:
    """All groups of a project, and how they find each other; `findings` are those of all of them,
    each once. `network`: where they run, and `networks` what those in mode awsvpc are connected
    to; `storage`: the volumes that are kept in EFS; `balancing`: the load balancer in front of all,
    which `options` decided about beside the files."""

    arrangement: Arrangement
    groups: tuple[Judged, ...]
    findings: Findings
    discovery: Discovery = Discovery()
    network: NetworkSettings = NetworkSettings()
    networks: tuple[GroupNetworks, ...] = ()
    storage: Storage = Storage()
    balancing: Balancing = Balancing()
    options: BalancingOptions = BalancingOptions()


def judge_groups(
    arrangement: Arrangement, params: EcsParams, settings: TaskSettings, cluster: str = ""
) -> JudgedProject:
    """The task definitions as far as they go, and what is found about them and their order.

    `cluster` is that of the tags, where it is known.
    """
    findings = Findings()
    secrets = stored_secrets(arrangement.project, params, settings.ship, settings.region, findings)
    storage = read_storage(arrangement.project, params, findings)
    settings = replace(settings, secrets=secrets, storage=storage)
    of_groups = {
        group.name: _settings_of(group, arrangement, settings, cluster)
        for group in arrangement.groups
    }
    network = network_settings(params.layout.network, findings)
    findings.extend(arrangement.findings)
    discovery = _discovery(arrangement, of_groups, params, cluster, findings)
    options = _balancing_options(arrangement, of_groups, settings)
    balancing = balance(arrangement.project, params, options, findings)
    of_groups = {
        group.name: replace(of_groups[group.name], balancing=balancing.of(group.services))
        for group in arrangement.groups
    }
    judged, found = _judged(arrangement, of_groups, discovery)
    if settings.image_findings is not None:
        findings.extend(settings.image_findings)
    findings.warnings.extend(params.warnings)
    findings.notices.extend(params.notices)
    networks = _networks(arrangement.project, judged, found, network)
    check_shared_volumes({one.group.name: (one.group, one.definition) for one in judged}, findings)
    _join(arrangement, found, findings)
    findings.notices.extend(log_notices(one.definition.added_logs for one in judged))
    return JudgedProject(
        arrangement, judged, findings, discovery, network, networks, storage, balancing, options
    )


def _networks(
    project: Project,
    judged: Sequence[Judged],
    found: Sequence[Findings],
    network: NetworkSettings,
) -> tuple[GroupNetworks, ...]:
    """What the groups in mode awsvpc are connected to."""
    networks = [
        connected(one.group, one.definition, project, network, more)
        for one, more in zip(judged, found, strict=True)
    ]
    return tuple(one for one in networks if one is not None)


def _judged(
    arrangement: Arrangement, settings: Mapping[str, TaskSettings], discovery: Discovery
) -> tuple[tuple[Judged, ...], list[Findings]]:
    """The groups by the settings of each, and what is found about each of them."""
    rows = [
        _judged_group(group, arrangement, settings[group.name], discovery)
        for group in arrangement.groups
    ]
    return tuple(judged for judged, _ in rows), [found for _, found in rows]


def _judged_group(
    group: Group, arrangement: Arrangement, settings: TaskSettings, discovery: Discovery
) -> tuple[Judged, Findings]:
    of_role = Findings()
    policies = policies_of(group, settings, of_role)
    naming = naming_of(group, discovery)
    mounts = needs_role(group.project.services, settings.storage or Storage())
    own = replace(settings, naming=naming, makes_task_role=bool(policies) or mounts)
    definition, found = judge(group.project, group.params, own)
    found.extend(of_role)
    definition = with_defaults(group, definition)
    found.warnings.extend(unresolved_hosts(group, definition, arrangement, discovery))
    found.notices = FindingList(definition.notices)
    tags = () if group.is_job else label_tags(group.project.services, own.tags, found)
    definition = replace(definition, warnings=(), notices=())
    return Judged(group, own, definition, tags, policies), found


def _discovery(
    arrangement: Arrangement,
    settings: Mapping[str, TaskSettings],
    params: EcsParams,
    cluster: str,
    findings: Findings,
) -> Discovery:
    """How the groups find each other, unless something is wrong with them."""
    if findings.errors:
        return Discovery()
    launches = {group.name: _launch_of(group, settings) for group in arrangement.groups}
    return decide_discovery(arrangement, launches, params, cluster, findings)


def _balancing_options(
    arrangement: Arrangement, settings: Mapping[str, TaskSettings], given: TaskSettings
) -> BalancingOptions:
    """What decides about the load balancer of the whole project beside its files."""
    modes = {
        service: _launch_of(group, settings).network_mode
        for group in arrangement.groups
        for service in group.services
    }
    jobs = [name for group in arrangement.groups if group.is_job for name in group.services]
    return BalancingOptions(modes, given.balance, frozenset(jobs))


def _launch_of(group: Group, settings: Mapping[str, TaskSettings]) -> LaunchTarget:
    """Where the group runs; what is found about that comes with its task definition."""
    exact, flags = group.project.dialect.reproduces_ecs_cli, settings[group.name].launch
    return decide(group.project.services, group.params, flags, exact, Findings())


def _settings_of(
    group: Group, arrangement: Arrangement, settings: TaskSettings, cluster: str
) -> TaskSettings:
    own_tags = tags_of(arrangement.project.name, group.name, cluster)
    given = [tag for tag in settings.tags if tag["key"] not in {own["key"] for own in own_tags}]
    others = {one.name for one in arrangement.project.services} - set(group.services)
    return replace(
        settings,
        launch=on_cluster(settings.launch, group.params, settings.cluster),
        creds=_creds_of(settings.creds, others),
        tags=(*given, *own_tags),
        images={clean(name): image for name, image in settings.images.items()},
        image_findings=None,
        of_services=True,
    )


def _creds_of(creds: RegistryCreds | None, others: set[str]) -> RegistryCreds | None:
    """The credentials without the containers of other groups."""
    if creds is None:
        return None
    kept = []
    for one in creds.credentials:
        containers = tuple(clean(name) for name in one.containers if name not in others)
        if containers or not one.containers:
            kept.append(replace(one, containers=containers))
    return replace(creds, credentials=tuple(kept))


# ------------------------------------------------------------- findings of several groups


def _join(arrangement: Arrangement, found: Sequence[Findings], findings: Findings) -> None:
    """Add the findings of all groups: each once, and with the group where it is about one."""
    names = [group.name for group in arrangement.groups]
    known = {error.key for error in findings.errors}
    errors = [
        [error for error in one.errors if not _is_known(error, group, known)]
        for group, one in zip(arrangement.groups, found, strict=True)
    ]
    findings.errors.extend(_labelled(names, errors))
    findings.warnings.extend(_labelled(names, [one.warnings for one in found]))
    findings.notices.extend(_labelled(names, [one.notices for one in found]))
    findings.errors = FindingList(dict.fromkeys(findings.errors))
    findings.warnings = FindingList(dict.fromkeys(findings.warnings))
    findings.notices = FindingList(dict.fromkeys(findings.notices))


def _is_known(error: Finding, group: Group, known: Collection[str]) -> bool:
    """Whether the arrangement has an error about the same key, or about this key of another service
    of the group: its members disagree."""
    key = error.key.rpartition(".")[2]
    return error.key in known or any(
        f"services.{service}.{key}" in known for service in group.services
    )


def _labelled(names: Sequence[str], found: Sequence[Sequence[Finding]]) -> Iterator[Finding]:
    """The findings in the order of the groups; what not every group has, and no service or place is
    named in, names its group."""
    times = Counter(finding for one in found for finding in set(one))
    for name, one in zip(names, found, strict=True):
        for finding in one:
            is_common = times[finding] == len(found)
            is_placed = finding.where is not None and not finding.key
            if is_common or is_placed or finding.key.startswith(OF_ONE_SERVICE):
                yield finding
            else:
                message = f"{name}: {finding.statement}"
                yield Finding.about(finding.key, message, finding.where, finding.hint)
