"""`configs` of a service -> those that are baked into its image, since the volume that delivers the
others would hide what the image has beside them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ecscli.base.records import record
from ecscli.base.system.files import Unreadable, read_file
from ecscli.compose.mounts.development import BuiltFrom
from ecscli.compose.mounts.hidden import hides_image
from ecscli.compose.mounts.small_tree import MOST_BYTES_OF_FILE, BakedFile, BakedMount
from ecscli.compose.project.model import FileGrant, FileSource, Project, Service
from ecscli.compose.task.delivery import DEFAULT_MODE, owner_of, path_problem
from ecscli.compose.text.withheld import Withheld

OWNER = re.compile(r"[\w.-]*:?[\w.-]*")  # what COPY takes


@record
class BakedConfig:
    """A grant that is baked, and its file."""

    grant: FileGrant
    mount: BakedMount


def baked_configs(project: Project, service: Service, built: BuiltFrom) -> tuple[BakedConfig, ...]:
    """The configs of a service that are baked. One that cannot be read is left to the delivery of
    the others, which has an error for it."""
    found = []
    for grant in service.configs:
        source = project.configs.get(grant.source)
        path = PurePosixPath(grant.target or f"/{grant.source}")
        if source is None or source.external or path_problem(grant.target or "", path):
            continue
        if not OWNER.fullmatch(owner_of(grant)):
            continue
        content = _content(project, source)
        if content is not None and hides_image(service, str(path.parent), built):
            found.append(BakedConfig(grant, _mount(grant, str(path), content)))
    return tuple(found)


def _mount(grant: FileGrant, path: str, content: bytes) -> BakedMount:
    mode = DEFAULT_MODE if grant.mode is None else grant.mode
    file = BakedFile("", "", len(content), mode, content=content)
    shown = f"config {grant.source}"
    owner = f"{grant.uid or 0}:{grant.gid or 0}" if owner_of(grant) else ""
    return BakedMount(shown, path, (file,), grant.mark, owner)


def _content(project: Project, source: FileSource) -> bytes | None:
    """The bytes of a config; None where they cannot be read."""
    if source.file is not None:
        try:
            return read_file(source.file, source.file, MOST_BYTES_OF_FILE, project.within)
        except Unreadable:
            return None
    text = source.content
    if text is None:
        text = project.variables.get(source.environment or "")
    if text is None or isinstance(text, Withheld):
        return None
    return text.encode()
