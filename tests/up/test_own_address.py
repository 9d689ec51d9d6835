"""`my-ip`: the address of this machine, asked of the internet, or of the sandbox itself."""

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up import own_address

AWS = Aws(resolve(Flags(region="us-east-1"), {"HOME": "/nowhere"}))


@pytest.mark.parametrize(
    "answer", ["%3Chtml%3Eproxy%3C/html%3E", "", "2001:db8::1", "203.0.113.7.5"]
)
def test_what_is_no_address_is_an_error(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_address, "CHECKIP", f"data:text/plain,{answer}")
    with pytest.raises(EcsCliError, match="this machine's address cannot be found out") as failed:
        own_address.own_range(AWS)
    assert failed.value.hint == "write the address range instead of my-ip"


def test_the_address_is_that_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_address, "CHECKIP", "data:text/plain,203.0.113.7%0A")
    assert own_address.own_range(AWS) == "203.0.113.7/32"
