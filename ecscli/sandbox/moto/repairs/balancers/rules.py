"""ELBv2's rules: in the order of their priorities, with transforms; the default rule stays."""

from __future__ import annotations

import functools
from collections import OrderedDict
from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import RuleNotFoundError
from moto.elbv2.models import ELBv2Backend, FakeListener, FakeRule
from moto.elbv2.responses import ELBV2Response

from ecscli.sandbox.moto.repairs.balancers.errors import (
    bad_priority,
    default_rule,
    too_many_rules,
)
from ecscli.sandbox.moto.repairs.balancers.groups import check_groups
from ecscli.sandbox.shapes import Json, Method

PRIORITIES = range(1, 50001)
#: Rules of a listener beside its default one: the quota of a new account.
MOST = 100


def repair() -> None:
    if hasattr(ELBv2Backend.create_rule, "__wrapped__"):
        return
    FakeListener.rules = property(rules)
    ELBv2Backend.create_rule = within_limits(ELBv2Backend.create_rule)
    ELBv2Backend.modify_rule = to_fitting(ELBv2Backend.modify_rule)
    ELBv2Backend.delete_rule = of_known(ELBv2Backend.delete_rule)
    ELBV2Response.create_rule = with_transforms(ELBV2Response.create_rule)
    ELBV2Response.modify_rule = with_transforms(ELBV2Response.modify_rule)


def rules(self: FakeListener) -> dict[Any, FakeRule]:
    """All rules by their keys, the default one last."""
    others = sorted(self._non_default_rules.items(), key=lambda item: int(item[1].priority))
    return OrderedDict([*others, *self._default_rule.items()])


def within_limits(original: Method) -> Method:
    @functools.wraps(original)
    def create(self: ELBv2Backend, listener_arn: str, **given: Any) -> FakeRule:
        if int(given["priority"]) not in PRIORITIES:
            raise bad_priority(given["priority"])
        listener = self.describe_listeners(None, [listener_arn])[0]
        if len(listener._non_default_rules) >= MOST:
            raise too_many_rules()
        _check(self, listener, given["actions"] or [])
        return original(self, listener_arn=listener_arn, **given)

    return create


def to_fitting(original: Method) -> Method:
    @functools.wraps(original)
    def modify(self: ELBv2Backend, rule_arn: str, conditions: Any, actions: Any) -> FakeRule:
        found = self.describe_rules(None, [rule_arn])
        if found:
            listener = self.describe_listeners(None, [found[0].listener_arn])[0]
            _check(self, listener, actions or [])
        return original(self, rule_arn=rule_arn, conditions=conditions, actions=actions)

    return modify


def _check(backend: ELBv2Backend, listener: FakeListener, actions: list[Json]) -> None:
    balancer = backend.load_balancers[listener.load_balancer_arn]
    check_groups(backend, balancer, listener.protocol, actions)


def of_known(original: Method) -> Method:
    @functools.wraps(original)
    def delete(self: ELBv2Backend, arn: str) -> None:
        found = self.describe_rules(None, [arn])
        if not found:
            raise RuleNotFoundError("One or more rules not found")
        if found[0].is_default:
            raise default_rule(arn)
        original(self, arn)

    return delete


def with_transforms(original: Method) -> Method:
    """What rewrites a request is kept with its rule, until it is reset."""

    @functools.wraps(original)
    def action(self: ELBV2Response) -> ActionResult:
        answer: ActionResult = original(self)
        (rule,) = answer.result["Rules"]
        params = self._get_params()
        if params.get("ResetTransforms"):
            rule.transforms = []
        if params.get("Transforms"):
            rule.transforms = params["Transforms"]
        return answer

    return action
