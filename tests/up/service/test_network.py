"""Where tasks and balancers run, as far as EC2 is asked about it."""

from typing import cast

from ecscli.aws.client import Aws
from ecscli.up.service.network import public_subnets


def test_of_no_subnets_none_is_public_and_nobody_is_asked() -> None:
    assert public_subnets(cast(Aws, None), (), "vpc-0123456789abcdef0") == frozenset()
