"""Every folder of `cases/` comes to what it says, and AWS would take it."""

from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from tests.compose.layout.scenarios import CASES, expected, outcome

SENT = [case for case in CASES if "groups" in expected(case)]


@pytest.mark.parametrize("case", CASES)
def test_a_case_comes_to_what_it_should(case: str) -> None:
    assert outcome(case) == expected(case)


@pytest.fixture(scope="module")
def ecs() -> Any:
    return get_session().get_service_model("ecs")


@pytest.mark.parametrize("case", SENT)
def test_aws_would_take_the_parameters(case: str, ecs: Any) -> None:
    register = ecs.operation_model("RegisterTaskDefinition").input_shape
    create = ecs.operation_model("CreateService").input_shape
    for group in expected(case)["groups"].values():
        report = ParamValidator().validate(group["definition"], register)
        assert not report.has_errors(), report.generate_report()
        request = {"serviceName": "shop", **group.get("service", {})}
        report = ParamValidator().validate(request, create)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("case", SENT)
def test_each_group_starts_after_those_that_it_waits_for(case: str) -> None:
    found = expected(case)
    named = [name for wave in found["waves"] for name in wave]
    assert sorted(named) == sorted(found["groups"])
