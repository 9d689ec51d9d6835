"""The infra document, from ecs-cluster.yml with the flags of `up` laid over it -> ClusterSpec.

All mistakes are found in one run, each finding with the place of the key or the name of the
flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.limits import EC2
from ecscli.base.yaml import scalars
from ecscli.cluster import dynamic
from ecscli.cluster.model import (
    LAUNCH_TYPES,
    Capacity,
    ClusterNetwork,
    ClusterSpec,
    ExecLogging,
    Fargate,
)
from ecscli.cluster.read import capacity as capacity_rules
from ecscli.cluster.read import exposure
from ecscli.cluster.read import network as network_rules
from ecscli.cluster.read.balancer import shared_balancer
from ecscli.cluster.read.infra_file import account_id
from ecscli.cluster.read.section import Section

INSIGHTS = {True: "enabled", False: "disabled"}
MOST_TAGS = 50


def build_spec(
    tree: Document,
    name: str,
    launch_type: str = EC2,
    region: str | None = None,
    found: Iterable[Finding] = (),
) -> ClusterSpec:
    """The cluster that the document describes; `name`, `launch_type` and `region` are the effective
    ones.

    Raises InputError with every finding, those that were `found` before among them.
    """
    section = Section(tree, findings=list(found))
    launch_type, agreed = launch_type.upper(), bool(tree.get("capability-iam"))
    network = network_rules.network(section.under("network"), region)
    capacity = _capacity(section, network, launch_type)
    fargate = _fargate(section)
    _together(section, capacity, network, agreed)
    spec = ClusterSpec(
        name=name,
        launch_type=launch_type,
        region=region,
        account=_account(section),
        capability_iam=agreed,
        capacity=capacity,
        network=network,
        fargate=fargate,
        balancer=shared_balancer(section, network),
        insights=_insights(section),
        exec_logging=_exec_logging(section),
        tags=tuple(_tags(section)),
        document={**plain(tree), "launch-type": launch_type},
        notices=(*section.notices, *exposure.warnings(network, tree)),
        tree=tree,
    )
    _dynamic_references(section, spec)
    _check_launch_type(section, launch_type)
    section.done()
    return spec


def _capacity(section: Section, network: ClusterNetwork, launch_type: str) -> Capacity | None:
    if launch_type == EC2:
        return capacity_rules.capacity(section.under("capacity"), network)
    return _no_capacity(section)


def _check_launch_type(section: Section, launch_type: str) -> None:
    if launch_type not in LAUNCH_TYPES:
        hint = (
            "EC2, FARGATE, or `ecscli up --empty` for a cluster that your own machines register"
            " with"
        )
        message = f"{launch_type} is not a launch type that a cluster can be made for"
        section.error(message, hint, "launch-type")


def plain(tree: Document) -> Draft:
    """The document as plain data, for the metadata of a template, which knows no fractions."""
    return {str(key): _plain(value) for key, value in tree.items()}


def _plain(tree: object) -> object:
    if isinstance(tree, Mapping):
        return plain(tree)
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    if isinstance(tree, float):
        return scalars.source_text(tree)
    return int(tree) if isinstance(tree, scalars.WrittenInt) else tree


def _no_capacity(section: Section) -> Capacity | None:
    """Fargate has no instances."""
    for key in section.tree.get("capacity") or ():
        say = section.error if key == "user-data" else section.useless
        say(
            f"capacity.{key} has no meaning on Fargate",
            "leave it out, or use the launch type EC2",
            "capacity",
            key,
        )
    return None


def _account(section: Section) -> str | None:
    value = section.tree.get("account")
    if value is None:
        return None
    account = account_id(value)
    if not (account.isdecimal() and len(account) == 12):
        section.error(
            f'account: "{value}" is not an account id', "an account id has twelve digits", "account"
        )
    return account


def _fargate(section: Section) -> Fargate | None:
    values = section.tree.get("fargate")
    if values is None:
        return None
    found = Fargate(values.get("on-demand", 1), values.get("spot", 0), values.get("base", 0))
    if not found.on_demand and not found.spot:
        section.error(
            "fargate: on-demand and spot are both 0", "give one of them a weight", "fargate"
        )
    return found


def _insights(section: Section) -> str | None:
    value = section.tree.get("container-insights")
    return INSIGHTS[value] if isinstance(value, bool) else value


def _exec_logging(section: Section) -> ExecLogging | None:
    values = section.tree.get("exec-logging")
    if values is None:
        return None
    found = ExecLogging(
        values.get("log-group"), values.get("bucket"), values.get("prefix"), values.get("kms-key")
    )
    if not found.log_group and not found.bucket:
        section.error(
            "exec-logging names no place to log to", "add log-group or bucket", "exec-logging"
        )
    if found.prefix and not found.bucket:
        section.error("exec-logging.prefix needs a bucket", "add bucket", "exec-logging", "prefix")
    return found


def _tags(section: Section) -> Iterator[tuple[str, str]]:
    tags = section.tree.get("tags") or {}
    if len(tags) > MOST_TAGS:
        section.error(f"tags: {len(tags)} tags; AWS takes {MOST_TAGS} at most", None, "tags")
    for key, value in tags.items():
        text = str(value).lower() if isinstance(value, bool) else _text(value)
        for problem in tag_problems(key, text):
            section.error(f"tags.{key}: {problem}", None, "tags", key)
        yield key, text


def tag_problems(key: str, value: str) -> Iterator[str]:
    """What AWS would refuse in one tag."""
    if not key:
        yield "a tag needs a name"
    if len(key) > 128:
        yield "a tag's name has 128 characters at most"
    if len(value) > 256:
        yield "a tag's value has 256 characters at most"
    if key.lower().startswith("aws:"):
        yield "names that begin with aws: belong to AWS"


def _text(value: object) -> str:
    return scalars.source_text(value) if isinstance(value, int | float) else str(value)


def _dynamic_references(section: Section, spec: ClusterSpec) -> None:
    """No text of the document is one that CloudFormation would replace; user data is kept from it
    on its way."""
    for path in dynamic.references(section.tree):
        if not _is_user_data(path):
            section.error(f"{'.'.join(map(str, path))}: {dynamic.MESSAGE}", dynamic.HINT, *path)
    if dynamic.has_reference(spec.name):
        section.error(f"the cluster's name: {dynamic.MESSAGE}", dynamic.HINT, "cluster")


def _is_user_data(path: dynamic.Path) -> bool:
    return path[:2] == ("capacity", "user-data") and path[-1] == "content"


def _together(
    section: Section, capacity: Capacity | None, network: ClusterNetwork, agreed: bool
) -> None:
    """Mistakes that exist only in combination; `agreed`: to a role that is made."""
    if capacity is None:
        return
    if not (network.own_group or network.groups):
        section.error(
            "instances need a security group",
            "name existing ones (network.security-groups), or leave this out",
            *("network", "security-group"),
        )
    if capacity.provider:
        _unweighted(section)
    if capacity.instance_role and agreed:
        section.error(
            "an instance role is given, so no role is made, and capability-iam agrees to"
            " making one",
            "use --instance-role or --capability-iam, not both",
            *("capacity", "instance-role"),
        )


def _unweighted(section: Section) -> None:
    """Weights of Fargate have no effect beside the cluster's own capacity provider: ECS mixes
    neither in one strategy, and the instances' provider is the default one."""
    for key in section.tree.get("fargate") or ():
        finding = section.finding(
            f"fargate.{key} has no effect: the default strategy of the cluster is the capacity"
            " provider of its instances, and ECS does not mix it with Fargate's",
            "choose Fargate for a service: capacity_provider_strategy in ecs-params.yml, or"
            " --launch-type FARGATE",
            *("fargate", key),
        )
        section.notices.append(finding)
