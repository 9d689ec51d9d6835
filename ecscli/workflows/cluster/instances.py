"""The container instances of a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.up.stack import live

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.stack.model import Instance


def instances(aws: Aws) -> Sequence[Instance]:
    """The container instances of the cluster that the settings name. Raises InputError where there
    is no such cluster."""
    cluster = aws.settings.need_cluster()
    found: Sequence[Instance]
    _, found = aws.together(
        lambda: live.active_cluster(aws, cluster), lambda: live.instances(aws, cluster)
    )
    return found
