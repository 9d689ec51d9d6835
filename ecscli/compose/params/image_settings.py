"""`images` of ecs-params.yml or `x-ecs` -> when, how and under which names the images of a project
are built and kept."""

from __future__ import annotations

import re

from ecscli.base.keys.kinds import BOOLEAN, TEXT, Kind, choice, text_of, whole
from ecscli.base.keys.shapes import Key, Keys
from ecscli.base.marks import Raw
from ecscli.base.records import record
from ecscli.compose.ecs.images import ECR, REPOSITORY

BUILDERS = ("auto", "buildx", "buildkit", "engine")
WHEN = ("auto", "always", "never")
CACHES = ("none", "inline", "registry")
CONTENT, GIT = "{content}", "{git}"
NAMED_TAGS = {"content": CONTENT, "git": GIT}
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
PLACEHOLDER = re.compile(r"\{[^}]*\}")
LENGTHS = range(2, 257)  # characters of a repository's name


def _filled(text: str, names: tuple[str, ...], example: str) -> str:
    """A pattern with an example in each place. Raises ValueError for a place that is not known."""
    for place in PLACEHOLDER.findall(text):
        if place not in names:
            raise ValueError(f"{place} is not known; known are {', '.join(names)}")
    return PLACEHOLDER.sub(example, text)


def _repository(value: Raw) -> str:
    text = text_of(value)
    name = _filled(text, ("{project}", "{service}"), "a")
    if not REPOSITORY.fullmatch(name) or len(name) not in LENGTHS:
        raise ValueError("must be a repository's name, such as {project}/{service}, in lower case")
    return text


def _tag(value: Raw) -> str:
    text = NAMED_TAGS.get(text_of(value), text_of(value))
    if not TAG.fullmatch(_filled(text, (CONTENT, GIT), "a")):
        raise ValueError("must be content, git or a tag, which may hold {content} and {git}")
    return text


def _registry(value: Raw) -> str:
    text = text_of(value)
    if not ECR.match(text):
        raise ValueError("must be a registry of ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com")
    return text


def _encryption(value: Raw) -> str:
    text = text_of(value)
    if not re.fullmatch(r"AES256|KMS|alias/.+|arn:.+|[0-9a-f-]{36}", text):
        raise ValueError("must be AES256, KMS, or the ARN, id or alias of a KMS key")
    return text


TEXT_SCHEMA = {"type": "string"}
IMAGES: Keys = {
    "build": Key(
        "build",
        choice(*WHEN),
        "When services with build: are built: auto (where ECR does not have the image), always or"
        " never.",
    ),
    "repository": Key(
        "repository",
        Kind(_repository, TEXT_SCHEMA),
        "Repository in ECR of images without a name of their own; {project}/{service} by default.",
    ),
    "tag": Key(
        "tag",
        Kind(_tag, TEXT_SCHEMA),
        "Tag of built images: content (the default), git, or text with {content} and {git}.",
    ),
    "registry": Key(
        "registry",
        Kind(_registry, TEXT_SCHEMA),
        "Registry of ECR; that of the account and region in force by default.",
    ),
    "keep": Key(
        "keep",
        whole(0, 1000),
        "Images with a content tag that a new repository keeps, 20 by default; 0 keeps all.",
    ),
    "untagged_days": Key(
        "untagged_days",
        whole(0, 3650),
        "Days that a new repository keeps images without a tag, 7 by default; 0 keeps all.",
    ),
    "scan": Key("scan", BOOLEAN, "Whether a new repository scans images when they are pushed."),
    "immutable": Key(
        "immutable",
        BOOLEAN,
        "Whether the tags of a new repository stay as they are; on by default.",
    ),
    "encryption": Key(
        "encryption",
        Kind(_encryption, TEXT_SCHEMA),
        "How a new repository encrypts: AES256 (the default), KMS, or a KMS key.",
    ),
    "builder": Key("builder", choice(*BUILDERS), "What builds: auto, buildx, buildkit or engine."),
    "cache": Key(
        "cache",
        choice(*CACHES),
        "Where buildx keeps its layers for the next build: none (the default), inline or registry.",
    ),
    "init": Key(
        "init",
        TEXT,
        "Image of the container that writes configs and secret files, with a shell; as files_image"
        " of task_definition, which wins.",
    ),
}


@record
class ImageSettings:
    """The settings in force. `tag` has the places ``{content}`` and ``{git}``; `keep` and
    `untagged_days` are 0 for no limit; `registry` None is that of the account and region in
    force."""

    build: str = "auto"
    repository: str = "{project}/{service}"
    tag: str = CONTENT
    registry: str | None = None
    keep: int = 20
    untagged_days: int = 7
    scan: bool = False
    immutable: bool = True
    encryption: str = "AES256"
    builder: str = "auto"
    cache: str = "none"
    init: str | None = None
