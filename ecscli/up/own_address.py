"""READS: the address of this machine as the internet sees it -> what `my-ip` of a file stands for.
The one request to another host than AWS's API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError, Finding

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

CHECKIP = "https://checkip.amazonaws.com"
OF_SANDBOX = "127.0.0.1/32"


def own_range(aws: Aws) -> str:
    """The range that holds this machine alone; in the sandbox that of loopback. Raises EcsCliError
    where the address cannot be found out."""
    return OF_SANDBOX if aws.settings.sandbox_url else f"{_own_address()}/32"


def _own_address() -> str:
    import ipaddress
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(CHECKIP, timeout=10) as answer:
            return str(ipaddress.IPv4Address(answer.read(64).decode().strip()))
    except (URLError, OSError, ValueError) as error:
        hint = "write the address range instead of my-ip"
        raise EcsCliError(
            f"this machine's address cannot be found out: {error}", CHECKIP, hint
        ) from None


def own_range_notice(key: str, found: str) -> Finding:
    """What `my-ip` of a key has come to."""
    message = f"{key}: my-ip is {found}, the address of this machine"
    hint = "an `up` from elsewhere, such as CI, lets that machine in instead; a range stays"
    return Finding(message, None, hint)
