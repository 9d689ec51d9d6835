"""The data plane of a sandbox that runs: in its process, and as a program elsewhere."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox import process
from ecscli.sandbox.balancers.desk import ELSEWHERE, PLACE
from tests.conftest import private_environment
from tests.sandbox.conftest import Sandbox, wait_until

pytestmark = pytest.mark.process
NOT_FOUND = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no such service"}


def balanced(sandbox: Sandbox) -> str:
    """A balancer that sends /web to a target; its ARN."""
    ec2, elb = sandbox.client("ec2"), sandbox.client("elbv2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    [made] = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"]
    [group] = elb.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )["TargetGroups"]
    elb.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": "10.0.0.7"}])
    [listener] = elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": NOT_FOUND}],
    )["Listeners"]
    elb.create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/web"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )
    return str(made["LoadBalancerArn"])


def url_of(sandbox: Sandbox, arn: str) -> str:
    found = sandbox.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    tags = {tag["Key"]: tag["Value"] for one in found for tag in one["Tags"]}
    return tags.get("ecscli:url", "")


def answers(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("place", ["", ELSEWHERE])
def test_a_balancer_answers_where_its_tag_says(place: str, tmp_path: Path) -> None:
    environment: dict[str, Any] = {**private_environment(tmp_path), "ECSCLI_SANDBOX_PORT": "0"}
    environment[PLACE] = place
    record = process.start(environment, process.Options())
    sandbox = Sandbox(record["url"])
    try:
        arn = balanced(sandbox)
        program = [sys.executable, "-m", "ecscli.sandbox.balancers", record["url"]]
        apart = subprocess.Popen(program) if place else None
        try:
            url = wait_until(lambda: url_of(sandbox, arn))
            assert answers(f"{url}/web") == (200, "10.0.0.7:80\n")
            assert answers(f"{url}/other") == (404, "no such service")
        finally:
            if apart:
                apart.terminate()
                apart.wait(10)
    finally:
        process.stop(environment)
