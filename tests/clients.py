"""What botocore reads and builds anew for every client, made once for all clients of a process.

A command opens a session and a client for each service, which costs more than its calls do. None of
what is shared here depends on a session: models, classes, rules of endpoints, names of events.
"""

from functools import cache
from typing import Any

import pytest
from botocore import hooks, regions
from botocore.client import ClientCreator
from botocore.endpoint_provider import EndpointProvider
from botocore.hooks import EventAliaser, NodeList, _PrefixTrie
from botocore.loaders import JSONFileLoader
from botocore.model import ServiceModel

from ecscli.aws.models import store

Nodes = dict[str, Any]


def share_between_clients(patch: pytest.MonkeyPatch) -> None:
    """Let clients share what is the same for all of them."""
    models = dict[int, ServiceModel]()
    classes = dict[int, type]()
    rules = dict[int, EndpointProvider]()
    names = dict[str, str]()
    load_model = ClientCreator._load_service_model
    make_class = ClientCreator._create_client_class
    name_event = EventAliaser._alias_event_name
    is_handler = cache(hooks.accepts_kwargs)

    def service_model(self: Any, service_name: str, api_version: str | None = None) -> Any:
        found = load_model(self, service_name, api_version)
        return models.setdefault(id(found._service_description), found)

    def client_class(self: Any, service_name: str, model: ServiceModel) -> type:
        if id(model) not in classes:
            classes[id(model)] = make_class(self, service_name, model)
        return classes[id(model)]

    def endpoint_rules(*, ruleset_data: Any, **others: Any) -> EndpointProvider:
        if id(ruleset_data) not in rules:
            rules[id(ruleset_data)] = EndpointProvider(ruleset_data=ruleset_data, **others)
        return rules[id(ruleset_data)]

    def event_name(self: Any, name: str) -> str:
        if name not in names:
            names[name] = name_event(self, name)
        return names[name]

    patch.setattr(JSONFileLoader, "load_file", staticmethod(cache(JSONFileLoader().load_file)))
    patch.setattr(store, "_parsed", cache(store._parsed))
    patch.setattr(ClientCreator, "_load_service_model", service_model)
    patch.setattr(ClientCreator, "_create_client_class", client_class)
    patch.setattr(regions, "EndpointProvider", endpoint_rules)
    patch.setattr(EventAliaser, "_alias_event_name", event_name)
    patch.setattr(_PrefixTrie, "_recursive_copy", copied)
    patch.setattr(hooks, "accepts_kwargs", lambda call: is_handler(getattr(call, "__func__", call)))


def copied(trie: _PrefixTrie, node: Nodes) -> Nodes:
    """A tree of handlers as `copy.copy` makes it, without asking each object how it is copied."""
    return {
        key: NodeList(*(list(part) for part in value))
        if isinstance(value, NodeList)
        else copied(trie, value)
        if isinstance(value, dict)
        else value
        for key, value in node.items()
    }
