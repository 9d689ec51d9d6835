"""`discovery` of ecs-params.yml and `x-ecs`, of a project or of one service -> how services find
each other by name."""

from __future__ import annotations

from ecscli.base.documents import Document, Draft
from ecscli.base.keys.kinds import BOOLEAN, TEXT, Kind, choice
from ecscli.base.keys.shapes import Either, Key, Keys

MODES = DNS, SERVICE_CONNECT, NONE = ("dns", "service-connect", "none")
MODE = Kind(choice(*MODES).read, {"type": "string", "enum": list(MODES)})

OF_SERVICE: Keys = {
    "mode": Key("mode", MODE, "dns, service-connect or none; by default as the network mode asks."),
    "search": Key(
        "search",
        BOOLEAN,
        "Whether names resolve without their domain, for which each task of mode dns has the"
        " container compose-dns; true by default.",
    ),
}
OF_PROJECT: Keys = {
    **OF_SERVICE,
    "namespace": Key(
        "namespace", TEXT, "Name of a Cloud Map namespace that is there, instead of one of its own."
    ),
}
DISCOVERY_OF_PROJECT, DISCOVERY_OF_SERVICE = Either((MODE, OF_PROJECT)), Either((MODE, OF_SERVICE))


def settings_in(value: object) -> Draft:
    """The settings as a mapping, as a word alone is the mode; nothing of what is of another
    form."""
    if isinstance(value, str):
        return {"mode": value}
    return dict(value) if isinstance(value, dict) else {}


def joined(base: Document, over: Document) -> Draft:
    """Settings of two places; those of `over` win."""
    return {**base, **over}
