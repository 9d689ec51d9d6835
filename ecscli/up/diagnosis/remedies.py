"""PURE: ranked reasons -> what to do, where the reasons do not say it themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecscli.up.diagnosis.model import Reason

# a pattern in the first reason, and what to do
REMEDIES = (
    (
        r"port \d+/\w+ is taken|host port is taken",
        "publish another host port or none, or add instances with `ecscli scale --size N`",
    ),
    (
        r"MiB|CPU units|RESOURCE:(MEMORY|CPU)",
        "lower the memory or CPU of the containers, or add instances with `ecscli scale --size N`",
    ),
    (
        r"image does not exist",
        (
            "correct `image` in the Compose file, push the image, or give ECS a login to a private"
            " registry with `ecscli registry-creds up`; then deploy again"
        ),
    ),
    (r"no instance|no container instance", "add instances with `ecscli scale --size N`"),
)


def remedy(reasons: Sequence[Reason]) -> str | None:
    """What to do about the likeliest reason; None where its own words have to do."""
    first = reasons[0].text if reasons else ""
    return next((advice for pattern, advice in REMEDIES if re.search(pattern, first)), None)
