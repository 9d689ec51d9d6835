"""Change sets on the sandbox: thrown away with care."""

import pytest

from ecscli.aws.client import Aws
from ecscli.cluster.model import StackSpec
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.sandbox import process
from ecscli.up.stack import change_sets, live
from tests.conftest import Cli

BODY = "Resources: {Gateway: {Type: 'AWS::EC2::InternetGateway'}}"
SPEC = StackSpec("demo", BODY)


@pytest.fixture
def aws(sandbox: Cli, sandbox_environment: dict[str, str]) -> Aws:
    url = process.ensure(sandbox_environment)
    return Aws(resolve(Flags(region="us-east-1", sandbox_url=url), sandbox.environment))


def test_a_discarded_change_set_takes_its_own_empty_stack_along(aws: Aws) -> None:
    change_sets.discard(aws, change_sets.prepare(aws, SPEC, None))
    assert live.stack(aws, "demo") is None


def test_a_stack_that_somebody_else_has_a_change_set_for_stays(aws: Aws) -> None:
    mine, theirs = (
        change_sets.prepare(aws, SPEC, None),
        change_sets.prepare(aws, SPEC, live.stack(aws, "demo")),
    )
    change_sets.discard(aws, mine)
    assert live.change_sets(aws, "demo") == [theirs.id]


def test_a_stack_that_somebody_else_has_begun_to_make_stays(aws: Aws) -> None:
    mine, theirs = (
        change_sets.prepare(aws, SPEC, None),
        change_sets.prepare(aws, SPEC, live.stack(aws, "demo")),
    )
    list(change_sets.execute(aws, theirs))
    change_sets.discard(aws, mine)
    found = live.stack(aws, "demo")
    assert found is not None
    assert found.status == "CREATE_COMPLETE"
