"""The text of a Dockerfile -> the images that a build of it starts from or copies from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.compose.mounts.dockerfile import Stage, Unfilled, stage_of

IMAGE = "docker-image://"  # a context that is an image


def bases_of(
    text: str,
    arguments: Mapping[str, str],
    target: str | None,
    platform: str,
    contexts: Mapping[str, str],
) -> Iterator[str | Unfilled]:
    """The images that the stage `target`, else the last one, needs from registries. `contexts` are
    the additional contexts, which may stand for an image."""
    last = stage_of(text, arguments, target, _automatic(platform))
    for name in _images(last) if last else ():
        context = contexts.get(name) if isinstance(name, str) else None
        if context is None:
            yield name
        elif context.startswith(IMAGE):
            yield context.removeprefix(IMAGE)


def _automatic(platform: str) -> dict[str, str]:
    """The arguments of the platform that BuildKit gives to FROM."""
    system, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    return {
        "TARGETPLATFORM": platform,
        "TARGETOS": system,
        "TARGETARCH": architecture,
        "TARGETVARIANT": variant,
    }


def _images(stage: Stage) -> Iterator[str | Unfilled]:
    """The images of a stage and of all stages that it needs."""
    for source in stage.sources:
        if isinstance(source, Stage):
            yield from _images(source)
        else:
            yield source
