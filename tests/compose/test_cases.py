"""Every folder of `cases/` comes to what it says, AWS would take it, and no mapped key is without a
folder."""

import json
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from ecscli.compose.ecs.support import Outcome, seen_in, table
from ecscli.compose.task.cloudformation import template
from ecscli.up.normalize import normalize, same
from tests.compose.scenarios import CASES, build, expected, load, outcome, target_of
from tests.lint import lint

SENT = [case for case in CASES if "request" in expected(case)]
KNOWN = [case for case in SENT if "aFieldOfTomorrow" not in expected(case)["request"]]


@pytest.mark.parametrize("case", CASES)
def test_a_case_comes_to_what_it_should(case: str) -> None:
    assert outcome(case) == expected(case)


@pytest.fixture(scope="module")
def register() -> Any:
    return (
        get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
    )


@pytest.mark.parametrize("case", KNOWN)
def test_aws_would_take_the_parameters(case: str, register: Any) -> None:
    report = ParamValidator().validate(expected(case)["request"], register)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("case", SENT)
def test_the_request_is_its_own_equal(case: str) -> None:
    request = expected(case)["request"]
    assert same(request, normalize(request))
    assert json.dumps(build(case).request) == json.dumps(build(case).request)


def covered() -> set[tuple[str, str]]:
    """(path of the specification, launch type) of everything that a case with a request says."""
    return {
        (seen.row.path, target_of(case).get("launch_type", "EC2"))
        for case in SENT
        if not case.startswith("original-")
        for seen in seen_in(load(case).tree)
    }


@pytest.mark.parametrize("launch_type", ["EC2", "FARGATE"])
def test_every_mapped_key_has_a_case(launch_type: str) -> None:
    mapped = {
        row.path
        for row in table()
        if row.on(launch_type).outcome in (Outcome.MAPPED, Outcome.LIMITED)
        and row.on(launch_type).field
        and not row.on(launch_type).field.startswith("CreateService")
        and not row.path.endswith(".external.name")  # loading turns it into name
    }
    assert mapped - {path for path, launch in covered() if launch == launch_type} == set()


LINTED = [
    "params-volumes-ec2",
    "params-service-fargate",
    "params-task-fargate",
    "params-proxy-ec2",
    "params-firelens-ec2",
    "original-v2-all",
    "secrets-fargate",
    "storage-opt-fargate",
    "volume-efs-fargate",
    "deploy-placement-constraints-ec2",
    "tags",
]


@pytest.mark.long
@pytest.mark.parametrize("case", LINTED)
def test_the_template_passes_cfn_lint(case: str) -> None:
    assert lint(json.dumps(template(expected(case)["request"])), "eu-west-1") == []
