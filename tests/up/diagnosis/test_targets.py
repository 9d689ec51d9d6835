"""Why targets are unhealthy, in words: how they are checked, and the rule that is missing."""

import re
from typing import Any

import pytest

from ecscli.base.errors import DeploymentError
from ecscli.up.diagnosis.diagnose import diagnose
from ecscli.up.diagnosis.model import Facts
from ecscli.up.diagnosis.targets import TargetChecks, remarks
from ecscli.up.stack.reasons import REMEDIES
from ecscli.workflows.target_groups import lost_race

GROUP = {
    "TargetGroupArn": "arn:web",
    "HealthCheckPath": "/healthz",
    "HealthCheckPort": "traffic-port",
    "Matcher": {"HttpCode": "200-399"},
}
CHECKED = "; checked at /healthz of port 80, which is to answer 200-399"


def target(reason: str, description: str = "") -> Any:
    health = {"State": "unhealthy", "Reason": reason, "Description": description}
    return {"Target": {"Id": "10.0.0.9", "Port": 80}, "TargetHealth": health}


def group(**rule: Any) -> dict[str, Any]:
    return {"GroupId": "sg-task", "IpPermissions": [{"IpProtocol": "tcp", **rule}] if rule else []}


def test_a_wrong_code_names_the_page_and_what_to_do_about_401() -> None:
    codes = "Health checks failed with these codes: [401]"
    text = remarks(target("Target.ResponseCodeMismatch", codes), TargetChecks((GROUP,)))
    assert (
        text == f"{CHECKED}; targets answer 401: set health.codes, or a health.path without login"
    )
    other = codes.replace("401", "500")
    assert remarks(target("Target.ResponseCodeMismatch", other), TargetChecks((GROUP,))) == CHECKED


PEER = {"UserIdGroupPairs": [{"GroupId": "sg-lb"}]}
RULES = {
    "none": (group(), True),
    "other port": (group(FromPort=81, ToPort=90, **PEER), True),
    "its group": (group(FromPort=80, ToPort=80, **PEER), False),
    "other group": (group(FromPort=80, ToPort=80, UserIdGroupPairs=[{"GroupId": "sg-1"}]), True),
    "addresses": (group(FromPort=0, ToPort=65535, IpRanges=[{"CidrIp": "10.0.0.0/8"}]), False),
}


@pytest.mark.parametrize("name", RULES)
def test_a_check_without_an_answer_names_the_missing_rule(name: str) -> None:
    own, is_closed = RULES[name]
    checks = TargetChecks((GROUP,), ("sg-lb",), (own,))
    text = remarks(target("Target.Timeout", "Request timed out"), checks)
    missing = "; no rule of sg-task lets TCP 80 in from sg-lb"
    assert text == (f"{CHECKED}{missing}" if is_closed else CHECKED)


def test_over_tcp_there_is_no_page() -> None:
    checks = TargetChecks(({"HealthCheckPort": "8080"},))
    assert remarks(target("Target.FailedHealthChecks"), checks) == "; checked at port 8080 over TCP"
    assert remarks(target("Target.FailedHealthChecks"), TargetChecks()) == ""


def test_tasks_that_were_stopped_for_it_have_left_the_group() -> None:
    checks = TargetChecks((GROUP,), ("sg-lb",), (group(),), (("arn:web", 80),))
    [text] = [one.text for one in diagnose(Facts(checks=checks)) if one.kind == "checks"]
    assert text == (
        "the load balancer checks /healthz of port 80, which is to answer 200-399;"
        " no rule of sg-task lets TCP 80 in from sg-lb"
    )


def test_it_is_part_of_the_reason() -> None:
    facts = Facts(targets=[target("Target.Timeout", "Timed out")], checks=TargetChecks((GROUP,)))
    wanted = f"target 10.0.0.9:80 is unhealthy: Timed out{CHECKED}"
    assert any(wanted in one.text for one in diagnose(facts))


def test_a_number_that_somebody_else_took_is_recognised() -> None:
    reason = "RuleWeb1: Priority '12207' is currently in use (PriorityInUse)"
    assert lost_race(DeploymentError("stack shop failed", reasons=[reason]))
    assert not lost_race(DeploymentError("stack shop failed", reasons=["another reason"]))


QUOTAS = {
    "The maximum number of load balancers has been reached (TooManyLoadBalancers)": "per Region",
    "The maximum number of rules per listener has been reached": "Rules per Application",
    "TooManyTargetGroups": "Target Groups per Region",
    "TooManyListeners": "Listeners per",
    "TooManyCertificates": "Certificates per",
}


@pytest.mark.parametrize("message", QUOTAS)
def test_an_exhausted_quota_is_named(message: str) -> None:
    remedy = next(hint for pattern, hint in REMEDIES if re.search(pattern, message))
    assert QUOTAS[message] in remedy
