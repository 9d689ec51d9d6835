"""Flags, environment and stored files, and ecs-cluster.yml where it is -> the settings in force."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ecscli.base.records import replace
from ecscli.base.system.files import Confinement
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags, Settings


def settings_in(
    directory: str, flags: Flags, environment: Mapping[str, str], within: Confinement
) -> Settings:
    """The settings for a call from `directory`, whose ecs-cluster.yml names cluster, region and
    launch type below the flags.

    Raises InputError for a file, entry or launch type that is not right.
    """
    settings = resolve(flags, environment)
    if not os.path.exists(os.path.join(directory, "ecs-cluster.yml")):
        return settings
    from ecscli.cluster.read import infra_file  # for the few directories that have the file

    found = infra_file.identity(Path(directory), within)
    below = settings.under(infra_file.FILE, found.cluster, found.region, found.launch_type)
    is_meant = below.cluster.source == infra_file.FILE or below.cluster.value == found.cluster
    architecture = found.architecture if is_meant else None
    return replace(below, capability_iam=found.capability_iam, architecture=architecture)
