"""A service that another command has made between our plan and our call -> what is live now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding
from ecscli.base.records import replace
from ecscli.up.model import Event
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject, read_service
from ecscli.up.service.names import Names
from ecscli.up.service.revisions import maybe_definition
from ecscli.up.service.task_definition import is_registered
from ecscli.workflows.events import warning

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# ECS's words for a service of this name that is there
MADE_MEANWHILE = "Creation of service was not idempotent"


def made_meanwhile(error: AwsError) -> bool:
    """Whether the service could not be created because it exists by now."""
    return MADE_MEANWHILE in error.message


def made_by_another(names: Names) -> Iterator[Event]:
    """The warning of it."""
    message = f"Another command has made service {names.service} at the same time"
    yield warning(Finding(f"{message}: going on from there"))


def live_now(aws: Aws, wanted: WantedService) -> LiveProject:
    """What is live, with the revision that the service uses, where its content is what is wanted;
    it need not be the newest."""
    live = read_service(aws, wanted.names, wanted.log_groups)
    service: Document = live.service or {}
    used = maybe_definition(aws, str(service.get("taskDefinition")))
    own = replace(live, definition=used)
    return own if used and is_registered(wanted.definition, own) else live
