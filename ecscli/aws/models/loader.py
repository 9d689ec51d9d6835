"""What botocore's sessions read their models through: the kept parts of them, else the whole.

It is imported where a session is opened, since it imports botocore.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import botocore
from botocore.loaders import Loader

from ecscli.aws.models.operations import ENDPOINTS, OPERATIONS
from ecscli.aws.models.store import Store, cache_folder
from ecscli.aws.models.trim import trimmed_endpoints, trimmed_pages, trimmed_service
from ecscli.base.documents import Draft
from ecscli.base.version import __version__

SERVICE, PAGES, RULES = "service-2", "paginators-1", "endpoint-rule-set-1"
LIST = "endpoints"
BUILT_IN: str = Loader.BUILTIN_DATA_PATH


class Models(Loader):
    """A loader that takes what is called from a store, and makes what the store does not have.

    Without a store, and where somebody has added models of their own, all models are whole.
    """

    def __init__(self, paths: Iterable[str], store: Store | None) -> None:
        found = list(paths)
        super().__init__(extra_search_paths=found, include_default_search_paths=False)
        is_plain = all(path == BUILT_IN or not os.path.isdir(path) for path in found)
        self._store = store if is_plain else None
        self._parts: dict[str, Draft] = {}
        self._whole: set[str] = set()

    def list_available_services(self, type_name: str) -> list[str]:
        """The names alone: botocore opens 400 directories to check that of one service."""
        folders = [path for path in self.search_paths if os.path.isdir(path)]
        return sorted({name for folder in folders for name in os.listdir(folder)})

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        """The part of a model that is called, or all of it."""
        if self._store and service_name in OPERATIONS and service_name not in self._whole:
            parts = self._part(self._store, service_name)
            if type_name in parts and api_version is None:
                return parts[type_name]
        return super().load_service_model(service_name, type_name, api_version)

    def load_data_with_path(self, name: str) -> Any:
        """The list of endpoints without those of other services; anything else as it is."""
        if name != LIST or not self._store:
            return super().load_data_with_path(name)
        return self._part(self._store, LIST), os.path.join(BUILT_IN, LIST)

    def load_whole(self, service: str) -> None:
        """Give the whole models of a service from here on: an operation is called that the part
        does not have."""
        self._whole.add(service)

    def _part(self, store: Store, name: str) -> Draft:
        """What is kept under a name, made where it is not."""
        if name not in self._parts:
            found = store.read(name)
            if found is None:
                found = self._trimmed_list() if name == LIST else self._trimmed(name)
                store.write(name, found)
            self._parts[name] = found
        return self._parts[name]

    def _trimmed(self, service: str) -> Draft:
        operations = OPERATIONS[service].split()
        whole = super().load_service_model
        return {
            SERVICE: trimmed_service(whole(service, SERVICE), operations),
            PAGES: trimmed_pages(whole(service, PAGES), operations),
            RULES: whole(service, RULES),
        }

    def _trimmed_list(self) -> Draft:
        whole, _ = super().load_data_with_path(LIST)
        return trimmed_endpoints(whole, ENDPOINTS.split())


def store_of(environment: Mapping[str, str]) -> Store | None:
    """The store of the models of this botocore and this ecscli; None where there is no cache."""
    folder = cache_folder(environment)
    if folder is None:
        return None
    called = sha256(json.dumps([OPERATIONS, ENDPOINTS]).encode()).hexdigest()[:12]
    return Store(folder / "models", f"{botocore.__version__} {__version__} {called}")
