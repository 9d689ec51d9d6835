"""`extends`: each service over the one that it names, in its own file or another; chains followed,
cycles named."""

from __future__ import annotations

import os
from collections.abc import Callable

from ecscli.base.errors import InputError
from ecscli.base.marks import Map, Mark
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
    if not isinstance(services, Map) or not any(
        isinstance(body, Map) and "extends" in body for body in services.values()
    ):
        return tree
    path = os.path.join(document.source.directory, os.path.basename(document.source.name))
    return _Extender(setting, {path: (document, tree)}).apply(tree, path)


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
            if isinstance(body, Map) and "extends" in body:
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
        own = copy_map(body)
        del own["extends"]
        base = self.base(reference, spot, (*chain, spot))
        self.done[spot] = own if base is None else self.merge(settle(base), own)
        return self.done[spot]

    def base(self, reference: Map, spot: Spot, chain: tuple[Spot, ...]) -> Map | None:
        """What the service extends, resolved; None where that fails, which is noted."""
        path, name = spot
        at = self.files[path][1]["services"][name].keys_at.get("extends")
        target = self.file_of(reference, path, chain, at)
        if target is None:
            return None
        wanted = (target, reference["service"])
        if len(chain) > LONGEST_CHAIN:
            self.fail(f"services extend each other more than {LONGEST_CHAIN} deep", at, chain)
        elif wanted in chain:
            names = " -> ".join(service for _, service in (*chain, wanted))
            self.fail(f"services extend each other: {names}", at, chain)
        elif self.has_service(reference, target, at, chain):
            return self.resolve(wanted, chain)
        return None

    def file_of(
        self, reference: Map, path: str, chain: tuple[Spot, ...], at: Mark | None
    ) -> str | None:
        """The path of the file that has the base: the service's own, or another one, opened."""
        if "file" not in reference:
            return path
        return self.open(reference["file"], self.files[path][0], chain, at)

    def has_service(
        self, reference: Map, target: str, at: Mark | None, chain: tuple[Spot, ...]
    ) -> bool:
        """Whether the file has the service that the reference names; noted where it has not."""
        wanted = reference["service"]
        services = self.files[target][1].get("services")
        if isinstance(services, Map) and wanted in services:
            return True
        place = f" in {reference['file']}" if "file" in reference else ""
        problem = f'there is no service "{wanted}"{place}'
        self.fail(problem, at, chain, did_you_mean(wanted, services or ()))
        return False

    def fail(
        self, message: str, at: Mark | None, chain: tuple[Spot, ...], hint: str | None = None
    ) -> None:
        """Note a finding about the last service of the chain; the others need no image then."""
        self.journal.wrong(message, at, f"services.{chain[-1][1]}.extends", hint)
        self.journal.broken.update(f"services.{service}.extends" for _, service in chain)

    def open(
        self, file: str, document: Document, chain: tuple[Spot, ...], at: Mark | None
    ) -> str | None:
        """The absolute path of another file, read once; None where it cannot be."""
        path = self.find(file, document)
        if path in self.files:
            return path
        name = self.setting.shown(path)
        try:
            content = read_bytes(path, name, self.setting.within)
        except InputError as error:
            self.fail(error.message, at, chain, error.hint)
            return None
        documents = self.parse(Source(name, os.path.dirname(path), content))
        if documents is None:
            return None
        if not documents:
            self.fail(f"the file {name} is empty", at, chain)
            return None
        setting = replace(self.setting, directory=os.path.dirname(path))
        tree = merge_parts([read_layer(each, setting) for each in documents])
        self.files[path] = (documents[0], tree)
        return path

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
