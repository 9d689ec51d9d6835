"""Images that are on this machine -> ECR, through the Engine API: what builders do that cannot push
themselves."""

from __future__ import annotations

from collections.abc import Generator

from ecscli.base.errors import EcsCliError
from ecscli.registry.builders.jobs import Digests, Job, Order
from ecscli.registry.engine import Engine
from ecscli.registry.transfer import send
from ecscli.up.model import Event


def push_all(engine: Engine, order: Order) -> Generator[Event, None, Digests]:
    """Push the images of the jobs that have a target; their digests."""
    found: Digests = {}
    for job in order.jobs:
        if job.target is not None:
            found[job.key] = yield from _push(engine, job)
    return found


def _push(engine: Engine, job: Job) -> Generator[Event, None, str]:
    """Push one image; where its tag is taken by another one, under a tag of its own."""
    assert job.target is not None
    image = job.recipe.name
    if job.taken and engine.is_same(image, job.target.name, job.taken):
        yield Event(f"Image is in ECR already: {job.target.name}:{job.tag}", "done")
        return job.taken
    if job.taken:
        job = job.named(engine.id_of(image))
    assert job.target is not None
    digest = ""
    for event in send(engine, job.target, image, job.tag):
        yield event
        digest = str(event.fields.get("digest", digest))
    if not digest:
        raise EcsCliError(f"the registry named no digest of {job.target.name}:{job.tag}")
    return digest
