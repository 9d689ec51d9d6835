"""The services around ECS, as moto has them: EC2, Auto Scaling, ELBv2, Cloud Map, EFS, logs and
secrets."""

from __future__ import annotations

from ecscli.sandbox.neighbours.interfaces import Interfaces
from ecscli.sandbox.neighbours.logs import Logs
from ecscli.sandbox.neighbours.machinery import Machinery
from ecscli.sandbox.neighbours.mounts import Mounts
from ecscli.sandbox.neighbours.secrets import Secrets
from ecscli.sandbox.neighbours.traffic import Traffic


class MotoNeighbours(Machinery, Interfaces, Mounts, Secrets, Logs, Traffic):
    """All of them, for one account and region."""
