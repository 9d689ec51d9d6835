"""IAM: the Version of a policy document is optional, as in AWS's own examples."""

from __future__ import annotations

from moto.iam.policy_validation import IAMPolicyDocumentValidator


def repair() -> None:
    IAMPolicyDocumentValidator._validate_version = validate_version


def validate_version(self: IAMPolicyDocumentValidator) -> None:
    """Only a version that is there must be the current one; moto wants one in any case."""
    assert self._policy_json.get("Version", "2012-10-17") == "2012-10-17"
