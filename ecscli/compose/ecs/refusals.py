"""The one table of container fields that Fargate or network mode awsvpc refuses, read by the table
of keys, the rules and the documentation.

Sources: "Amazon ECS task definition differences for Fargate" in the developer guide, and
ContainerDefinition and LinuxParameters in the ECS API reference.
"""

from __future__ import annotations

from typing import NamedTuple

from ecscli.base.documents import Document

NO_GPU = "Fargate has no GPU; use launch type EC2"
NO_DEVICES = "Fargate has no host devices; use launch type EC2"
NO_SWAP = "Fargate has no swap"
DNS_OF_VPC = "the VPC resolves names; set its DHCP options"
HOSTED_ZONE = "use a private hosted zone, or network mode bridge on EC2"
LOCALHOST = "containers of one task reach each other at localhost"


class Refusal(NamedTuple):
    """A field of a container definition, or of its linuxParameters, and the Compose key that asks
    for it; `hint` is what to do instead.

    `in_awsvpc`: network mode awsvpc refuses it on EC2 as well. `key_is_refused`: Fargate takes no
    part of the Compose key; of the others something is sent, or they are dropped with a warning.
    """

    field: str
    key: str
    hint: str
    in_linux_parameters: bool = False
    in_awsvpc: bool = False
    key_is_refused: bool = True

    def value(self, container: Document) -> object:
        """What a container definition has in this field; None where it has nothing."""
        if self.in_linux_parameters:
            return (container.get("linuxParameters") or {}).get(self.field)
        return container.get(self.field)


REFUSALS = (
    Refusal("disableNetworking", "network_mode", "Fargate has awsvpc alone", key_is_refused=False),
    Refusal("dnsSearchDomains", "dns_search", DNS_OF_VPC),
    Refusal("dnsServers", "dns", DNS_OF_VPC),
    Refusal("dockerSecurityOptions", "security_opt", "Fargate has no security options"),
    Refusal("extraHosts", "extra_hosts", HOSTED_ZONE, in_awsvpc=True),
    Refusal("hostname", "hostname", "use service discovery", in_awsvpc=True, key_is_refused=False),
    Refusal("links", "links", LOCALHOST, in_awsvpc=True),
    Refusal(
        "privileged", "privileged", "Fargate has no privileged containers; use launch type EC2"
    ),
    Refusal("resourceRequirements", "gpus", NO_GPU),
    Refusal("devices", "devices", NO_DEVICES, in_linux_parameters=True),
    Refusal("maxSwap", "memswap_limit", NO_SWAP, in_linux_parameters=True),
    Refusal(
        "sharedMemorySize",
        "shm_size",
        "Fargate has 64 MiB; use launch type EC2",
        in_linux_parameters=True,
    ),
    Refusal("swappiness", "mem_swappiness", NO_SWAP, in_linux_parameters=True),
)
#: Compose key of a service -> what to do instead of it on Fargate
FARGATE_HINTS = {one.key: one.hint for one in REFUSALS if one.key_is_refused}
