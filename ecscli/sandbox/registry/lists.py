"""The registry's lists of names: its repositories, and the tags of one."""

from __future__ import annotations

from urllib.parse import quote

from ecscli.sandbox.registry import images
from ecscli.sandbox.registry.answers import Answer, document
from ecscli.sandbox.registry.visit import Visit


def version(visit: Visit) -> Answer:
    return document(200, {})


def catalog(visit: Visit) -> Answer:
    with visit.store.lock:
        found = images.names(visit.grant)
    return page(visit, "repositories", found)


def tags(visit: Visit) -> Answer:
    repository = visit.repository()
    with visit.store.lock:
        found = repository.tags()
    return page(visit, "tags", found, name=repository.name)


def page(visit: Visit, member: str, names: list[str], **more: str) -> Answer:
    """The names after `last`, at most `n` of them, with the address of the next page."""
    last, count = visit.request.query.get("last", ""), visit.request.query.get("n", "")
    after = [one for one in names if one > last]
    most = int(count) if count.isdecimal() else len(after)
    made = document(200, {**more, member: after[:most]})
    if 0 < most < len(after):
        address = f"{visit.request.path}?n={most}&last={quote(after[most - 1])}"
        made.headers["Link"] = f'<{address}>; rel="next"'
    return made
