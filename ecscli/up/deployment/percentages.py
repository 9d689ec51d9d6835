"""PURE: how many tasks a deployment may stop and start -> why it can do neither."""

from __future__ import annotations

from math import ceil, floor

from ecscli.base.documents import Document

# CreateService, "deploymentConfiguration": the defaults of a REPLICA service
LEAST, MOST = 100, 200


def deadlock(count: int, configuration: Document, strategy: str) -> str:
    """Why a new deployment of `count` tasks can neither stop nor start one; empty where it can.

    `configuration` is a deploymentConfiguration. ECS rounds the least number of healthy tasks up
    and the most tasks down (DeploymentConfiguration, API reference). A DAEMON service always stops
    before it starts.
    """
    if not keeps_all(count, configuration, strategy):
        return ""
    least = configuration.get("minimumHealthyPercent", LEAST)
    most = configuration.get("maximumPercent", MOST)
    if floor(count * most / 100) > count:
        return ""
    tasks = "1 task" if count == 1 else f"{count} tasks"
    return (
        f"with minimumHealthyPercent {least} and maximumPercent {most}, a deployment of {tasks} can"
        " neither stop a task nor start one"
    )


def keeps_all(count: int, configuration: Document, strategy: str) -> bool:
    """Whether a deployment stops none of `count` tasks before a new one runs."""
    if not count or strategy == "DAEMON":
        return False
    least = configuration.get("minimumHealthyPercent", LEAST)
    return bool(ceil(count * least / 100) >= count)
