"""Account settings: defaults, those of the account, those of the caller."""

from __future__ import annotations

from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import invalid
from ecscli.sandbox.shapes import Json

#: The settings of a new account and what they accept.
DEFAULTS = {
    "serviceLongArnFormat": "enabled",
    "taskLongArnFormat": "enabled",
    "containerInstanceLongArnFormat": "enabled",
    "awsvpcTrunking": "disabled",
    "containerInsights": "disabled",
    "fargateFIPSMode": "disabled",
    "tagResourceAuthorization": "off",
    "fargateTaskRetirementWaitPeriod": "7",
    "guardDutyActivate": "off",
    "defaultLogDriverMode": "non-blocking",
}


def shown(ecs: Ecs, name: str, value: str, principal: str) -> Json:
    kind = "aws_managed" if name == "guardDutyActivate" else "user"
    return {"name": name, "value": value, "principalArn": principal, "type": kind}


def listed(ecs: Ecs, request: Json) -> Json:
    wanted, principal = request.get("name"), request.get("principalArn") or ecs.root
    known = {
        name: value for (who, name), value in ecs.settings.items() if who in (ecs.root, principal)
    }
    effective = {**DEFAULTS, **known} if request.get("effectiveSettings") else known
    found = [
        shown(ecs, name, value, principal)
        for name, value in sorted(effective.items())
        if wanted in (None, name) and request.get("value") in (None, value)
    ]
    return page("settings", found, request)


def put(ecs: Ecs, request: Json) -> Json:
    name, principal = request["name"], request.get("principalArn") or ecs.root
    if name not in DEFAULTS:
        raise invalid(f"Unknown account setting name: {name}")
    ecs.settings[principal, name] = request["value"]
    return {"setting": shown(ecs, name, request["value"], principal)}


def delete(ecs: Ecs, request: Json) -> Json:
    name, principal = request["name"], request.get("principalArn") or ecs.root
    ecs.settings.pop((principal, name), None)
    return {"setting": shown(ecs, name, DEFAULTS.get(name, ""), principal)}


ACTIONS = {
    "ListAccountSettings": listed,
    "PutAccountSetting": put,
    "PutAccountSettingDefault": put,
    "DeleteAccountSetting": delete,
}
