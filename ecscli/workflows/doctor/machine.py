"""What this machine has: Python, the extras of ecscli, an engine that builds images, AWS's plugin
for sessions."""

from __future__ import annotations

import importlib.util
import platform
from collections.abc import Iterator, Mapping

from ecscli.base.errors import EcsCliError
from ecscli.base.system.packages import how_to_install
from ecscli.ops.plugin import find_plugin
from ecscli.registry.builders.choose import AUTO, choose_builder
from ecscli.registry.engine import Engine
from ecscli.workflows.doctor.model import ABSENT, OK, Row, looked_at

#: A package of each extra that the others do not bring.
EXTRAS: Mapping[str, tuple[str, str]] = {
    "sandbox": ("moto", "an AWS on this machine"),
    "docker": ("docker", "images are built and pushed"),
}


def look_at_machine(environment: Mapping[str, str]) -> Iterator[Row]:
    """A row for each; all but Python are needed by some commands only."""
    yield Row("Python", OK, platform.python_version())
    for extra, (package, use) in EXTRAS.items():
        yield _extra(extra, package, use)
    if importlib.util.find_spec("docker"):
        yield from _docker(environment)
    yield looked_at("Session Manager plugin", lambda: _plugin(environment), ABSENT)


def _extra(extra: str, package: str, use: str) -> Row:
    topic = f"extra {extra}"
    if importlib.util.find_spec(package):
        return Row(topic, OK, f"installed: {use}")
    return Row(topic, ABSENT, f"not installed: {use}", f"`{how_to_install(extra)}`")


def _docker(environment: Mapping[str, str]) -> Iterator[Row]:
    """The engine and, where one answers, the best builder for it."""
    engine = looked_at("Docker engine", lambda: _engine(environment), ABSENT)
    yield engine
    if engine.state == OK:
        yield looked_at("image builder", lambda: _builder(environment), ABSENT)


def _engine(environment: Mapping[str, str]) -> str:
    with Engine(environment) as engine:
        return engine.version()


def _builder(environment: Mapping[str, str]) -> str:
    builder = choose_builder(AUTO, environment)
    if builder.name == "engine":
        raise EcsCliError(
            "the engine's classic builder: no cache mounts, no build secrets, one platform",
            hint="install docker buildx, the plugin of today's docker command",
        )
    return builder.name


def _plugin(environment: Mapping[str, str]) -> str:
    return ".".join(map(str, find_plugin(environment).version))
