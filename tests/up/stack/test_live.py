"""Reads of a stack that goes away between two of them: what is not there any more is simply not
there."""

from ecscli.aws.client import Aws
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.sandbox import process
from ecscli.up.stack import deploy, live
from tests.conftest import Cli


def test_a_stack_that_has_just_gone_has_no_resources_and_no_events(
    sandbox: Cli, sandbox_environment: dict[str, str]
) -> None:
    url = process.ensure(sandbox_environment)
    aws = Aws(resolve(Flags(region="us-east-1", sandbox_url=url), sandbox.environment))
    assert live.resources(aws, "gone") == ()
    assert live.event_ids(aws, "gone") == frozenset()
    assert list(deploy.delete(aws, "gone")) == []
