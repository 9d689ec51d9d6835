"""Secrets and parameters behave as AWS's: names of deleted ones, ARNs without an end, sizes."""

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import Sandbox


def test_a_secret_that_is_scheduled_for_deletion_keeps_its_name(running: Sandbox) -> None:
    manager = running.client("secretsmanager")
    manager.create_secret(Name="shop/db", SecretString="x")
    manager.delete_secret(SecretId="shop/db", RecoveryWindowInDays=7)
    with pytest.raises(ClientError, match="already scheduled for deletion"):
        manager.create_secret(Name="shop/db", SecretString="x")
    with pytest.raises(ClientError, match="marked for deletion"):
        manager.put_secret_value(SecretId="shop/db", SecretString="y")
    answer = manager.batch_get_secret_value(SecretIdList=["shop/db", "none"])
    assert [error["ErrorCode"] for error in answer["Errors"]] == [
        "InvalidRequestException",
        "ResourceNotFoundException",
    ]
    manager.restore_secret(SecretId="shop/db")
    assert manager.get_secret_value(SecretId="shop/db")["SecretString"] == "x"


def test_an_arn_without_its_end_finds_a_secret_unless_it_looks_like_a_whole_one(
    running: Sandbox,
) -> None:
    manager = running.client("secretsmanager")
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
    for name in ("shop/whole", "app-secret"):
        manager.create_secret(Name=name, SecretString="x")
    assert manager.get_secret_value(SecretId=f"{arn}shop/whole")["Name"] == "shop/whole"
    with pytest.raises(ClientError, match="can't find the specified secret"):
        manager.get_secret_value(SecretId=f"{arn}app-secret")
    whole = manager.describe_secret(SecretId="app-secret")["ARN"]
    assert manager.get_secret_value(SecretId=whole)["Name"] == "app-secret"


def test_parameters_are_as_long_as_their_tier_allows(running: Sandbox) -> None:
    ssm = running.client("ssm")
    large = {"Name": "/a", "Type": "SecureString", "Value": "x" * 5000}
    with pytest.raises(ClientError, match="4096"):
        ssm.put_parameter(**large)
    ssm.put_parameter(**large, Tier="Advanced")
    ssm.put_parameter(**{**large, "Value": "y"}, Overwrite=True)
    with pytest.raises(ClientError, match="downgrade"):
        ssm.put_parameter(**{**large, "Value": "y"}, Overwrite=True, Tier="Standard")
