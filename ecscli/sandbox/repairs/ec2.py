"""EC2: interfaces have a private DNS name even where the VPC gives none; a region begins with a key pair."""

from __future__ import annotations

from functools import wraps
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

#: As a new region has a default VPC, one of the sandbox has a key pair, so that `up --keypair demo` works at once.
KEY_PAIR = "demo"


def mend() -> None:
    NetworkInterface.private_dns_name = None  # type: ignore[assignment]
    begin = EC2Backend.__init__

    @wraps(begin)
    def begin_with_key_pair(self: EC2Backend, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.create_key_pair(KEY_PAIR, "ed25519", {})

    EC2Backend.__init__ = begin_with_key_pair  # type: ignore[method-assign]
