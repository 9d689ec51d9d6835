"""READS only: what the spec names must exist and fit, before anything is made; all that does not is told at once."""

from __future__ import annotations

from ecscli.aws import Aws
from ecscli.cluster import template
from ecscli.cluster.model import ClusterSpec
from ecscli.cluster.template import Found
from ecscli.errors import AccessError


def account(aws: Aws, spec: ClusterSpec) -> None:
    """Raise AccessError where the credentials are not those of the spec's account."""
    if spec.account and aws.account() != spec.account:
        raise AccessError(
            f"the infra file is for account {spec.account}, and your credentials are of {aws.account()}",
            hint="choose other credentials, with --aws-profile for example",
        )


def look_up(aws: Aws, spec: ClusterSpec) -> Found:
    """The ids of what the spec names."""
    return template.as_written(spec)
