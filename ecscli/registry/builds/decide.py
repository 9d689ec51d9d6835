"""PURE: what flags, settings, files and ECR say of a service with `build:` -> what becomes of its
image. `check`, `render`, `plan` and every command that deploys decide here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from ecscli.base.records import field, record
from ecscli.compose.ecs.images import registry_host


class Verdict(Enum):
    """What becomes of the image of a service with `build:`."""

    GIVEN = "the image that --images names"
    SKIPPED = "as in ecs-cli: only --build builds"
    NAMED = "the image that the Compose file names, in its own registry"
    FUTURE = "the name that it will have; ECR was not asked"
    REUSED = "in ECR already"
    REFUSED = "not in ECR, and not to be built"
    BUILT = "built and pushed"


@record
class Wish:
    """What flags and settings ask for: to build `always`, `never`, or where ECR does not have the
    image. `every`: services count too whose file or `image:` asks for no build. `images` are those
    of --images, by service."""

    always: bool = False
    never: bool = False
    every: bool = False
    images: Mapping[str, str] = field(default_factory=dict)


@record
class ImageFacts:
    """What is known of one service. `in_ecr` None: ECR was not asked."""

    is_given: bool = False
    always: bool = False
    never: bool = False
    keeps_ecs_cli: bool = False  # its file is of a version that ecs-cli read
    names_registry: bool = False  # `image:` begins with the host of a registry
    in_ecr: bool | None = None


Rule = tuple[Verdict, Callable[[ImageFacts], bool]]
#: The first rule that holds decides.
RULES: tuple[Rule, ...] = (
    (Verdict.GIVEN, lambda facts: facts.is_given),
    (Verdict.SKIPPED, lambda facts: facts.keeps_ecs_cli and not facts.always),
    (Verdict.NAMED, lambda facts: facts.names_registry and not facts.always),
    (Verdict.FUTURE, lambda facts: facts.in_ecr is None),
    (Verdict.BUILT, lambda facts: facts.always),
    (Verdict.REUSED, lambda facts: facts.in_ecr is True),
    (Verdict.REFUSED, lambda facts: facts.never),
    (Verdict.BUILT, lambda facts: True),
)


def decide(facts: ImageFacts) -> Verdict:
    """What becomes of the image."""
    return next(verdict for verdict, holds in RULES if holds(facts))


def names_registry(image: str | None) -> bool:
    """Whether the name of an image begins with the host of a registry, as Docker reads it."""
    return bool(registry_host(image or ""))
