"""Policies and a request: what is allowed, what is denied, and what nothing is known of."""

from __future__ import annotations

from typing import Any

import pytest

from ecscli.sandbox import policies

ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "decision"),
    [
        (ALLOW, policies.ALLOWED),
        ({**ALLOW, "Condition": {"StringLike": {"a:key": "v*"}}}, policies.ALLOWED),
        ({**ALLOW, "Condition": {"StringEquals": {"A:Key": ["x", "value"]}}}, policies.ALLOWED),
        ({**ALLOW, "Condition": {"StringEquals": {"other": "value"}}}, policies.SILENT),
        ({**ALLOW, "Condition": {"StringEqualsIfExists": {"other": "v"}}}, policies.ALLOWED),
        ({**ALLOW, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, policies.SILENT),
        ({**DENY, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, policies.DENIED),
        ({**DENY, "Condition": {"Bool": {"a:key": "false"}}}, policies.SILENT),
    ],
)
def test_conditions_that_are_not_known_here_forbid(
    statement: dict[str, Any], decision: str
) -> None:
    found = policies.decision([{"Statement": statement}], "s3:Get", "arn", {"a:key": "value"})
    assert found == decision


def test_a_policy_of_a_resource_is_about_its_principals() -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*"}
    one = {"Effect": "Allow", "Principal": {"AWS": ["arn:role"]}, "Action": "s3:*"}
    for statement, principals, decision in (
        (everybody, (), policies.ALLOWED),
        (one, ("arn:role",), policies.ALLOWED),
        (one, (), policies.SILENT),
        ({**one, "Resource": "other"}, ("arn:role",), policies.SILENT),
    ):
        mine = policies.for_principals({"Statement": [statement]}, principals, "arn")
        assert policies.decision([mine], "s3:Get", "arn", {}) == decision
