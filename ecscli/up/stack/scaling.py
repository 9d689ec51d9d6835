"""PURE: the wanted sizes -> the parameters of the stack that change, and the plan for that."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Document
from ecscli.base.errors import InputError
from ecscli.up.model import ClusterPlan, UpdateStack
from ecscli.up.stack.model import LiveCluster


def parameters(
    live: LiveCluster, cluster: str, stack: str, region: str, sizes: Mapping[str, int]
) -> dict[str, str]:
    """The changed parameters of the stack; a stack of ecs-cli has only AsgMaxSize.

    Raises InputError where there is no cluster, no stack, or no group to scale.
    """
    if live.cluster is None:
        raise InputError(
            f"there is no cluster {cluster} in {region}",
            hint=f"create it with `ecscli up --cluster {cluster}`, or name another with --cluster",
        )
    if live.stack is None or live.stack.empty:
        hint = (
            "ecscli scales what `ecscli up` made; an Auto Scaling group of your own is scaled where"
            " it is described"
        )
        raise InputError(f"there is no stack {stack} for cluster {cluster}", hint=hint)
    known = live.stack.parameters
    if known.get("IsFargate") == "true" or "AsgMaxSize" not in known:
        raise InputError(
            f"stack {stack} has no instances to scale",
            hint="tasks scale with `compose service scale`",
        )
    return _changed(known, stack, sizes)


def plan_scale(live: LiveCluster, parameters: Mapping[str, str]) -> ClusterPlan:
    """The parameters changed; an empty plan where there are none."""
    stack = live.stack
    if stack is None or not parameters:
        return ClusterPlan()
    request = {
        "StackName": stack.name,
        "UsePreviousTemplate": True,
        "Parameters": [_row(key, parameters) for key in {**stack.parameters, **parameters}],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    return ClusterPlan((UpdateStack(request, stack.id),))


def _row(key: str, changed: Mapping[str, str]) -> Document:
    if key in changed:
        return {"ParameterKey": key, "ParameterValue": changed[key]}
    return {"ParameterKey": key, "UsePreviousValue": True}


def _changed(known: Mapping[str, str], stack: str, sizes: Mapping[str, int]) -> dict[str, str]:
    minimum, maximum = _bounds(known, stack, sizes)
    wanted = {"AsgMaxSize": str(maximum)}
    if "AsgMinSize" in known:
        wanted["AsgMinSize"] = str(minimum)
    if "AsgDesiredSize" in known:
        wanted["AsgDesiredSize"] = _desired(known["AsgDesiredSize"], sizes, minimum, maximum)
    return {key: value for key, value in wanted.items() if known.get(key) != value}


def _takes_size_only(stack: str) -> InputError:
    return InputError(
        f"stack {stack} was made by ecs-cli and takes --size only",
        hint="`ecscli up --upgrade` moves it to a launch template with a minimum and a maximum",
    )


def _bounds(known: Mapping[str, str], stack: str, sizes: Mapping[str, int]) -> tuple[int, int]:
    """The least and the most instances; a minimum that is not asked for gives way to the
    maximum."""
    maximum = sizes.get("maximum", sizes.get("size", int(known["AsgMaxSize"])))
    minimum = sizes.get("minimum", int(known.get("AsgMinSize") or 0))
    if "AsgMinSize" not in known and ("minimum" in sizes or {"size", "maximum"} <= set(sizes)):
        raise _takes_size_only(stack)
    if minimum > maximum and "minimum" in sizes:
        raise InputError(
            f"--min {minimum} is more than the most instances, {maximum}", hint="set --max too"
        )
    return min(minimum, maximum), maximum


def _desired(now: str, sizes: Mapping[str, int], minimum: int, maximum: int) -> str:
    """As the size demands; else as it is, kept between minimum and maximum; a managed group stays
    managed."""
    if now == "auto":
        return now
    if "size" in sizes:
        return "" if sizes["size"] == maximum else str(sizes["size"])
    return str(min(max(int(now), minimum), maximum)) if now else ""
