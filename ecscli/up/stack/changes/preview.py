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
from ecscli.up.stack.model import ChangeSet, LiveCluster, Stack

ZONE = "availability-zone"  # neither a local zone nor one of Wavelength


def preview(aws: Aws, spec: StackSpec, found: LiveCluster) -> ChangeSet:
    """The changes as far as they are known; all of a stack that does not exist, or has nothing in
    it, is added."""
    stack = found.stack
    pseudo = {
        "AWS::Region": aws.region,
        "AWS::StackName": spec.name,
        "AWS::Partition": aws.partition,
    }
    if stack is None or stack.empty or found.template is None:
        after = evaluate.template(spec.template_body, spec.parameters, pseudo)
        return ChangeSet("", "", spec.name, True, compare.changes(None, after, {}), compared=True)
    name = stack.name
    resources, zones = aws.together(lambda: live.resources(aws, name), lambda: _zones(aws))
    before = evaluate.template(found.template, stack.parameters, pseudo, zones)
    after = evaluate.template(spec.template_body, parameters(spec, stack), pseudo, zones)
    ids = {row.logical_id: row.physical_id for row in resources}
    return ChangeSet(
        "", stack.id, spec.name, False, compare.changes(before, after, ids), compared=True
    )


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
