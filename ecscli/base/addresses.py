"""Ranges of addresses, as files write them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

MY_IP = "my-ip"  # the address of this machine


def address_range(text: str) -> str:
    """The range as EC2 takes it, which is always with a prefix: ``203.0.113.5/32`` of
    ``203.0.113.5``.

    Raises ValueError with the reason where it is none.
    """
    return str(ipaddress.ip_network(text))


def sources_with(own_range: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The sources with the range of this machine in place of MY_IP, each once; an empty range
    leaves them as they are."""
    return tuple(dict.fromkeys((own_range or one) if one == MY_IP else one for one in sources))
