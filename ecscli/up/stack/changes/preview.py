"""READS only: the wanted stack against the live one -> what `up` would change, without a
change set."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError
from ecscli.cluster.model import StackSpec
from ecscli.cluster.template import evaluate
from ecscli.up.stack import live
from ecscli.up.stack.changes import compare
from ecscli.up.stack.model import Change, ChangeSet, LiveCluster, Stack

ZONE = "availability-zone"  # neither a local zone nor one of Wavelength


def preview(aws: Aws, spec: StackSpec, found: LiveCluster) -> ChangeSet:
    """The changes as far as they are known; all of a stack that does not exist, or has nothing in
    it, is added."""
    stack = found.stack
    if stack is None or stack.empty or found.template is None:
        after = evaluate.template(spec.template_body, spec.parameters, _pseudo(aws, spec))
        return ChangeSet("", "", spec.name, True, compare.changes(None, after, {}), compared=True)
    changes = _changes(aws, spec, stack, found.template)
    return ChangeSet("", stack.id, spec.name, False, changes, compared=True)


def _changes(aws: Aws, spec: StackSpec, stack: Stack, template: str) -> tuple[Change, ...]:
    """What differs between the live template and the wanted one, each with its parameters."""
    resources, zones = aws.together(lambda: live.resources(aws, stack.name), lambda: _zones(aws))
    pseudo = _pseudo(aws, spec)
    before = evaluate.template(template, stack.parameters, pseudo, zones)
    after = evaluate.template(spec.template_body, parameters(spec, stack), pseudo, zones)
    ids = {row.logical_id: row.physical_id for row in resources}
    return compare.changes(before, after, ids)


def _pseudo(aws: Aws, spec: StackSpec) -> dict[str, str]:
    """The pseudo parameters that templates of clusters refer to."""
    return {
        "AWS::Region": aws.region,
        "AWS::StackName": spec.name,
        "AWS::Partition": aws.partition,
    }


def parameters(spec: StackSpec, stack: Stack) -> Mapping[str, str]:
    """The values that the stack would have: those that are to be kept are its own."""
    kept = {name: stack.parameters[name] for name in spec.keep if name in stack.parameters}
    return {**spec.parameters, **kept}


def _zones(aws: Aws) -> tuple[str, ...]:
    """The region's zones, in the order of Fn::GetAZs; none where they may not be read."""
    try:
        rows = aws.call("ec2", "describe_availability_zones")["AvailabilityZones"]
    except EcsCliError:
        return ()
    return tuple(sorted(row["ZoneName"] for row in rows if row.get("ZoneType", ZONE) == ZONE))
