"""PURE: the wanted cluster x the live one -> what to call, which change set to ask for,
what to refuse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import InputError
from ecscli.base.records import replace
from ecscli.cluster.model import ClusterSpec
from ecscli.cluster.read import legacy
from ecscli.cluster.template import build
from ecscli.up.model import (
    ClusterAction,
    ClusterPlan,
    CreateCluster,
    ExecuteChangeSet,
    TagResource,
    UpdateCluster,
)
from ecscli.up.stack.model import ChangeSet, LiveCluster

SIZE_KEYS = ("size", "min", "desired", "max")
ORIGINAL = frozenset({"EcsInstanceLc", "EcsInstanceAsg", "Vpc", "EcsSecurityGroup"})


def base_document(live: LiveCluster, with_sizes: bool = False) -> Document | None:
    """The document that the live stack was made from; its sizes left out, since `scale` may have
    changed them.

    None where there is no stack, or where it is not ours.
    """
    if live.stack is None or live.stack.empty or live.template is None:
        return None
    document = build.document_of(live.template)
    if document is None or with_sizes or "capacity" not in document:
        return document
    rest = {key: value for key, value in document["capacity"].items() if key not in SIZE_KEYS}
    return {**document, "capacity": rest}


def taken_over(live: LiveCluster) -> Document | None:
    """The document of a stack that ecs-cli made; None for any other."""
    if live.stack is None or not is_of_ecs_cli(live):
        return None
    return legacy.from_stack(live.stack.parameters, live.stack.tags)


def is_of_ecs_cli(live: LiveCluster) -> bool:
    """True for a stack that ecs-cli made: its parameters and resources, without our
    document."""
    if (
        live.stack is None
        or live.stack.empty
        or live.template is None
        or base_document(live) is not None
    ):
        return False
    known = build.resources_of(live.template)
    return "EcsCluster" in live.stack.parameters and bool(ORIGINAL & known)


def need_own_stack(live: LiveCluster, upgrade: bool) -> None:
    """Raise InputError for a stack that must not be changed: somebody else's, or ecs-cli's unless
    asked to."""
    if live.stack is None or live.stack.empty or base_document(live) is not None:
        return
    name = live.stack.name
    if not is_of_ecs_cli(live):
        hint = "name another stack with `ecscli configure --cfn-stack-name`, or another cluster"
        raise InputError(f"stack {name} exists and was not made by ecscli", hint=hint)
    if not upgrade:
        raise InputError(
            f"stack {name} was made by ecs-cli, and nothing changes under it unless you ask",
            hint=(
                "`ecscli up --upgrade` shows and makes the change to a launch template; `ecscli up"
                " --force` deletes the stack and makes a new one; ps, scale and down work on it as"
                " it is"
            ),
        )


def without_stack(live: LiveCluster) -> LiveCluster:
    """What is left once the stack is deleted."""
    return replace(live, stack=None, template=None)


def plan_up(spec: ClusterSpec, live: LiveCluster, change_set: ChangeSet | None) -> ClusterPlan:
    """What makes the cluster as wanted, and then its stack."""
    on_stack = plan_stack(change_set) if change_set else ClusterPlan()
    return ClusterPlan((*plan_cluster(spec, live).actions, *on_stack.actions))


def plan_stack(change_set: ChangeSet) -> ClusterPlan:
    """The change set executed, where anything is in it."""
    return ClusterPlan((ExecuteChangeSet(change_set),) if change_set.changes else ())


def plan_cluster(spec: ClusterSpec, live: LiveCluster) -> ClusterPlan:
    """What makes the ECS cluster itself as wanted; settings that the document does not mention stay
    as they are."""
    if live.cluster is None:
        return ClusterPlan((CreateCluster(dict(_creation(spec))),))
    return ClusterPlan(tuple(_updates(spec, live.cluster)))


def _creation(spec: ClusterSpec) -> Iterator[tuple[str, object]]:
    yield "clusterName", spec.name
    if spec.tags:
        yield "tags", _pairs(spec.tags)
    yield from _configuration(spec)


def _configuration(spec: ClusterSpec) -> Iterator[tuple[str, object]]:
    if spec.insights:
        yield "settings", [{"name": "containerInsights", "value": spec.insights}]
    log = spec.exec_logging
    if log:
        rows = (
            ("cloudWatchLogGroupName", log.log_group),
            ("s3BucketName", log.bucket),
            ("s3KeyPrefix", log.prefix),
        )
        command: Draft = {
            "logging": "OVERRIDE",
            "logConfiguration": {k: v for k, v in rows if v},
        }
        if log.kms_key:
            command["kmsKeyId"] = log.kms_key
        yield "configuration", {"executeCommandConfiguration": command}


def _updates(spec: ClusterSpec, cluster: Document) -> Iterator[ClusterAction]:
    yield from _new_configuration(spec, cluster)
    yield from _new_tags(spec, cluster)


def _new_configuration(spec: ClusterSpec, cluster: Document) -> Iterator[UpdateCluster]:
    wanted = dict(_configuration(spec))
    before = {key: _live_value(key, cluster, value) for key, value in wanted.items()}
    changed = [key for key in wanted if wanted[key] != before[key]]
    if changed:
        yield UpdateCluster(
            {"cluster": spec.name, **{key: wanted[key] for key in changed}},
            before={key: before[key] for key in changed if before[key]},
        )


def _new_tags(spec: ClusterSpec, cluster: Document) -> Iterator[TagResource]:
    tags = {row["key"]: row["value"] for row in cluster.get("tags", ())}
    new = [(key, value) for key, value in spec.tags if tags.get(key) != value]
    if new:
        old = [(key, tags[key]) for key, _ in new if key in tags]
        yield TagResource(
            {"resourceArn": cluster["clusterArn"], "tags": _pairs(new)},
            before={"tags": _pairs(old)},
        )


def _live_value(key: str, cluster: Document, wanted: object) -> object:
    """The live value of a field, as far as the wanted one names it: AWS fills in more."""
    if key == "settings" and isinstance(wanted, list):
        names = {row["name"] for row in wanted}
        return [row for row in cluster.get("settings", ()) if row["name"] in names]
    return _common(cluster.get(key) or {}, wanted)


def _common(live: object, wanted: object) -> object:
    if isinstance(live, Mapping) and isinstance(wanted, Mapping):
        return {key: _common(live[key], wanted[key]) for key in wanted if key in live}
    return live


def _pairs(tags: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags]
