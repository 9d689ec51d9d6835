"""READS only: a cluster that is not where it was looked for -> the error that names what is."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.aws import regions
from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError, InputError

MOST_NAMED = 8


def absent(aws: Aws, name: str) -> InputError:
    """The error for a cluster that does not exist in the region."""
    hint = regions.unknown(aws.region) or "; ".join(_hints(aws, name))
    return InputError(f"there is no cluster {name} in {aws.region}", hint=hint)


def _hints(aws: Aws, name: str) -> Iterator[str]:
    """What the configuration names, which clusters are there, and how the cluster would be made."""
    configured = aws.settings.configured_region
    if configured and configured.value != aws.region:
        yield (
            f"leave out {aws.settings.region.source} to look in {configured.value}, the region of"
            f" your configuration ({configured.source})"
        )
    there = _clusters(aws)
    if there:
        yield f"choose another with --cluster; there are: {', '.join(there[:MOST_NAMED])}"
    elif configured and configured.value != aws.region:
        yield f"there are no clusters in {aws.region}"
    else:
        yield f"create it with `ecscli up --cluster {name}`, or name another with --cluster"


def _clusters(aws: Aws) -> list[str]:
    """The names of the region's clusters; none where they may not be read."""
    try:
        arns = aws.call("ecs", "list_clusters").get("clusterArns", ())
    except EcsCliError:
        return []
    return sorted(arn.rpartition("/")[2] for arn in arns)
