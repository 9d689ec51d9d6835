"""The partition of a region, as ARNs begin with it."""

from __future__ import annotations

PREFIXES = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def partition_of(region: str) -> str:
    return next((name for prefix, name in PREFIXES.items() if region.startswith(prefix)), "aws")
