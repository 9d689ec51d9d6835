"""What ECS, Docker and exit codes say -> what it most likely means: tables of patterns and
meanings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Cause(NamedTuple):
    """A pattern in a text of ECS or Docker, and what it most likely means, in one sentence."""

    pattern: str
    meaning: str


CAUSES = (
    Cause(  # the default of `images: {init: ...}`
        r"CannotPull.*public\.ecr\.aws/docker/library/busybox",
        "the image that writes files and finds names cannot be pulled: name a copy in ECR by"
        " images.init, or give the subnet a route out",
    ),
    Cause(
        r"pull access denied|repository does not exist|manifest.*(unknown|not found)|not found:"
        r" manifest",
        "the image does not exist under this name and tag, or its registry wants a login",
    ),
    Cause(
        r"toomanyrequests|rate limit",
        "the registry limits anonymous pulls: log in with registry-creds, or use ECR",
    ),
    Cause(
        r"CannotPull.*(timeout|timed out|deadline|connection refused|no route|dial tcp)",
        "the registry cannot be reached: give the subnet a route out (public address, NAT or VPC"
        " endpoints)",
    ),
    Cause(
        r"no basic auth credentials|not authorized to perform: ecr|403 Forbidden",
        "the execution role may not pull the image: add AmazonECSTaskExecutionRolePolicy",
    ),
    Cause(
        r"exec format error|no matching manifest|platform.*does not match|image.*architecture",
        "the image was built for another processor: build it for the platform of the task",
    ),
    Cause(r"CannotPull", "the image cannot be pulled"),
    Cause(
        r"Failed to resolve \"?(\S+\.)?fs-",
        "the file system does not exist, or has no mount target in the zone of the task",
    ),
    Cause(
        r"mount\.nfs4: .*timed out",
        "the file system is not reached: let the security group of its mount targets take port 2049"
        " from the task",
    ),
    Cause(
        r"mount\.nfs4: access denied",
        "EFS refuses the task: the access point is missing, or neither the task role nor the policy"
        " of the file system allows elasticfilesystem:ClientMount",
    ),
    Cause(
        r"mount\.nfs4: mounting .*No such file",
        "the directory is missing in the file system: an access point with CreationInfo makes it",
    ),
    Cause(
        r"unable to (pull|retrieve) secrets?|secretsmanager|ssm.*GetParameters",
        "a secret cannot be read: check its ARN, the execution role and the way out of the subnet",
    ),
    Cause(
        r"log group does not exist|failed to validate logger|CreateLogStream|logs:",
        "the log group is missing or may not be written: use --create-log-groups",
    ),
    Cause(
        r"unable to assume the (service linked )?role|is not authorized to perform|AccessDenied",
        "a role lacks a permission",
    ),
    Cause(
        r"OutOfMemory|OOMKilled|out of memory",
        "the container used more memory than its limit: raise mem_limit",
    ),
    Cause(
        r"port is already allocated|address already in use",
        "a host port is taken: publish a dynamic one",
    ),
    Cause(
        r"failed ELB health checks|failed.*target.?group",
        "the load balancer finds the task unhealthy",
    ),
    Cause(r"failed container health checks", "the container's own health check fails"),
    Cause(r"Spot interruption|spot", "Spot capacity was taken back"),
    Cause(
        r"Capacity is unavailable|RESOURCE:FARGATE",
        "Fargate has no capacity of this kind right now: try again",
    ),
    Cause(
        r"reached the limit on the number of (tasks|vCPUs)",
        "the account runs as much on Fargate as it may: stop other tasks, or ask for a larger quota"
        " of vCPUs on Fargate",
    ),
    Cause(
        r"maximum number of network interfaces|NetworkInterfaceLimitExceeded",
        "the region has as many network interfaces as it may: ask for a larger quota of Amazon VPC",
    ),
    Cause(
        r"(Host EC2|container instance).*(terminated|stopped|deregistered)",
        "its instance went away",
    ),
    Cause(
        r"executable file not found|no such file or directory|exec: ",
        "the command does not exist in the image",
    ),
    Cause(r"ResourceInitializationError", "the task could not be set up"),
    Cause(
        r"timed? ?out waiting for dependenc|dependency",
        "a container that it depends on did not get ready",
    ),
)
# Exit code of a container -> its meaning
EXITS: Mapping[int, str] = {
    1: "its own error: see the log",
    2: "wrong usage of its command: see the log",
    125: "Docker could not run it",
    126: "its command cannot be executed",
    127: "its command was not found",
    134: "it aborted",
    137: "it was killed: out of memory, or it did not stop in time",
    139: "it crashed (segmentation fault)",
    143: "it was asked to stop",
}
# Reason of a failure of RunTask -> its meaning
RESOURCES: Mapping[str, str] = {
    "RESOURCE:MEMORY": "no instance has enough free memory",
    "RESOURCE:CPU": "no instance has enough free CPU",
    "RESOURCE:PORTS": "a host port is taken on every instance",
    "RESOURCE:PORT": "a host port is taken on every instance",
    "RESOURCE:GPU": "no instance has a free GPU",
    "RESOURCE:ENI": "no instance can take one more network interface",
    "AGENT": "the agent of the instance is not connected",
    "ATTRIBUTE": "no instance has the attributes that the task definition requires",
    "LOCATION": "no instance is in a subnet of the network configuration",
    "MemberOf placement constraint unsatisfied.": "no instance fulfils the placement constraint",
    "INACTIVE": "the cluster has no instance in service",
    "MISSING": "it does not exist any more",
}


def likely_cause(text: str) -> str | None:
    """What a text of ECS or Docker most likely means."""
    for cause in CAUSES:
        if re.search(cause.pattern, text, re.IGNORECASE):
            return cause.meaning
    return None
