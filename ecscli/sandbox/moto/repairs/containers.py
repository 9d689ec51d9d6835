"""Batch and Lambda: moto would run their jobs and functions as containers of any Docker engine that
it finds."""

from __future__ import annotations

from moto.utilities.docker_utilities import DockerModel


def repair() -> None:
    DockerModel.docker_client = property(refuse)


def refuse(self: object) -> object:
    raise RuntimeError("the sandbox starts no containers but those of ECS tasks")
