"""Ranges of addresses, as files write them."""

from __future__ import annotations

import ipaddress

MY_IP = "my-ip"  # the address of this machine


def address_range(text: str) -> str:
    """The range as EC2 takes it, which is always with a prefix: ``203.0.113.5/32`` of
    ``203.0.113.5``.

    Raises ValueError with the reason where it is none.
    """
    return str(ipaddress.ip_network(text))
