"""`extends`: each service over the one that it names, in its own file or another; chains followed,
cycles named."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from ecscli.base.errors import InputError
from ecscli.base.marks import Map, Mark, Raw
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import replace
from ecscli.compose.find.files import Source, read_bytes
from ecscli.compose.join.merge import copy_map, merge_service, settle
from ecscli.compose.join.merge_ecs_cli import extend_service
from ecscli.compose.read.document import Document, merge_parts, parse_document, read_layer
from ecscli.compose.read.reader import Journal
from ecscli.compose.read.setting import Setting

LONGEST_CHAIN = 100
Spot = tuple[str, str]  # (file, service)


def extend_services(tree: Map, document: Document, setting: Setting) -> Map:
    """The canonical tree of one file with every `extends` resolved."""
    services = tree.get("services")
    if not isinstance(services, Map) or not any(map(_extends, services.values())):
        return tree
    path = os.path.join(document.source.directory, os.path.basename(document.source.name))
    return _Extender(setting, {path: (document, tree)}).apply(tree, path)


def _extends(body: Raw) -> bool:
    return isinstance(body, Map) and "extends" in body


class Link(NamedTuple):
    """One `extends`: its value and place, the file that has it, and the services that led to it,
    the one that has it last."""

    reference: Map
    at: Mark | None
    path: str
    chain: tuple[Spot, ...]


class _Extender:
    """Keeps the files that were read and the services that were resolved."""

    def __init__(self, setting: Setting, files: dict[str, tuple[Document, Map]]) -> None:
        self.setting = setting
        self.journal: Journal = setting.journal
        self.files = files
        self.merge: Callable[[Map, Map], Map] = (
            extend_service if setting.dialect.extends_by_kind else merge_service
        )
        self.done: dict[Spot, Map] = {}

    def apply(self, tree: Map, path: str) -> Map:
        extended = copy_map(tree)
        services = copy_map(tree["services"])
        extended["services"] = services
        for name, body in services.items():
            if _extends(body):
                services[name] = self.resolve((path, name), ())
        return extended

    def resolve(self, spot: Spot, chain: tuple[Spot, ...]) -> Map:
        """The whole of a service; one that cannot be resolved stays without its base."""
        if spot in self.done:
            return self.done[spot]
        path, name = spot
        services = self.files[path][1]["services"]
        body = services[name]
        if not isinstance(body, Map):
            return Map((), services.values_at.get(name))
        reference = settle(body.get("extends"))
        if not isinstance(reference, Map) or "service" not in reference:
            return body
        link = Link(reference, body.keys_at.get("extends"), path, (*chain, spot))
        self.done[spot] = self.extended(body, link)
        return self.done[spot]

    def extended(self, body: Map, link: Link) -> Map:
        """The service merged over its base, if there is one."""
        own = copy_map(body)
        del own["extends"]
        base = self.base(link)
        return own if base is None else self.merge(settle(base), own)

    def base(self, link: Link) -> Map | None:
        """What the service extends, resolved; None where that fails, which is noted."""
        target = self.open(link) if "file" in link.reference else link.path
        if target is None:
            return None
        wanted = (target, link.reference["service"])
        if len(link.chain) > LONGEST_CHAIN:
            self.fail(link, f"services extend each other more than {LONGEST_CHAIN} deep")
        elif wanted in link.chain:
            names = " -> ".join(service for _, service in (*link.chain, wanted))
            self.fail(link, f"services extend each other: {names}")
        elif self.has_service(target, link):
            return self.resolve(wanted, link.chain)
        return None

    def has_service(self, target: str, link: Link) -> bool:
        """Whether the file has the service that the reference names; noted where it has not."""
        wanted = link.reference["service"]
        services = self.files[target][1].get("services")
        if isinstance(services, Map) and wanted in services:
            return True
        place = f" in {link.reference['file']}" if "file" in link.reference else ""
        problem = f'there is no service "{wanted}"{place}'
        self.fail(link, problem, did_you_mean(wanted, services or ()))
        return False

    def fail(self, link: Link, message: str, hint: str | None = None) -> None:
        """Note a finding about the last service of the chain; the others need no image then."""
        self.journal.wrong(message, link.at, f"services.{link.chain[-1][1]}.extends", hint)
        self.journal.broken.update(f"services.{service}.extends" for _, service in link.chain)

    def open(self, link: Link) -> str | None:
        """The absolute path of another file, read once; None where it cannot be."""
        path = self.find(link.reference["file"], self.files[link.path][0])
        if path in self.files:
            return path
        source = self.read(path, link)
        documents = None if source is None else self.parse(source)
        if documents is None:
            return None
        if not documents:
            self.fail(link, f"the file {self.setting.shown(path)} is empty")
            return None
        setting = replace(self.setting, directory=os.path.dirname(path))
        tree = merge_parts([read_layer(each, setting) for each in documents])
        self.files[path] = (documents[0], tree)
        return path

    def read(self, path: str, link: Link) -> Source | None:
        """A file with its bytes; None where it cannot be opened, which is noted."""
        name = self.setting.shown(path)
        try:
            content = read_bytes(path, name, self.setting.within)
        except InputError as error:
            self.fail(link, error.message, error.hint)
            return None
        return Source(name, os.path.dirname(path), content)

    def find(self, file: str, document: Document) -> str:
        """A relative path starts at the file that has it, as everywhere; failing that at the
        project directory."""
        places = (document.source.directory, self.setting.directory)
        paths = [os.path.normpath(os.path.join(place, file)) for place in places]
        return next((path for path in paths if os.path.isfile(path)), paths[0])

    def parse(self, source: Source) -> list[Document] | None:
        """The documents of a file; None where it cannot be parsed, which is noted."""
        try:
            return parse_document(source, self.journal)
        except InputError as error:
            self.journal.findings.extend(error.findings)
            return None
