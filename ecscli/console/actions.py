"""WRITES: what the console does when somebody has asked for it: proposed, with the exact requests
and the command that does the same, and then carried out by the code of the commands."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping

from ecscli.base.documents import Draft
from ecscli.base.errors import EcsCliError, InputError
from ecscli.console.api import Api, needed
from ecscli.console.proposals import Given, Proposal, proposal
from ecscli.documents.failure import failure, finding_document
from ecscli.up.model import Action, Event, task_id
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.events import result_of

LOOK_AGAIN = "look at what is proposed now, and confirm that"


def propose(api: Api, given: Mapping[str, str]) -> Draft:
    """What would be done: requests, commands, notices, the `mark` by which it is confirmed, and
    in `type` what has to be typed for it, where something has to be."""
    found, cluster = proposal(api, given), needed(given, "cluster")
    document: Draft = {
        "title": found.title,
        "requests": [_request(one) for one in found.plan.actions],
        "command": _command(api, cluster, found),
        "aws": [_aws_command(api, one) for one in found.plan.actions],
        "notices": [finding_document(one) for one in found.plan.notices],
        "mark": mark_of(found),
    }
    typed = _typed(api, cluster, found)
    return {**document, "type": typed} if typed else document


def act(api: Api, given: Given) -> Draft:
    """Do what was proposed and confirmed: what has happened, the tasks that were started, those
    that could not be, and the error that has ended it.

    Raises InputError where it is not what was confirmed, and EcsCliError where nothing was done.
    """
    found, cluster = proposal(api, given), needed(given, "cluster")
    if given.get("mark") != mark_of(found):
        message = "something has changed since this was proposed: nothing was done"
        raise InputError(message, hint=LOOK_AGAIN)
    if given.get("typed", "") != _typed(api, cluster, found):
        raise InputError("the name of the cluster was not typed: nothing was done")
    events = list[Event]()
    plan = apply_plan(api.on(cluster), found.plan, f"cluster {cluster}")
    try:
        done = result_of(plan, events.append)
    except EcsCliError as error:
        if not events:
            raise
        return {"events": [_event(one) for one in events], "error": failure(error)}
    return {
        "events": [_event(one) for one in events],
        "tasks": [task_id(one["taskArn"]) for one in done.started],
        "failures": [f"{one.get('reason')}: {one.get('arn', '')}" for one in done.failures],
    }


def mark_of(found: Proposal) -> str:
    """What tells this proposal from others."""
    requests = [_request(one) for one in found.plan.actions]
    return hashlib.sha256(json.dumps(requests, default=str, sort_keys=True).encode()).hexdigest()


def _typed(api: Api, cluster: str, found: Proposal) -> str:
    """What has to be typed: for a deletion on AWS the name of the cluster."""
    return cluster if found.deletes and not api.is_sandbox else ""


def _request(action: Action) -> Draft:
    service, operation, _ = action.call
    name = operation.title().replace("_", "")
    return {"service": service, "operation": name, "request": dict(action.request)}


def _command(api: Api, cluster: str, found: Proposal) -> str:
    """The command of ecscli that does the same, whole; empty where there is none."""
    if not found.words:
        return ""
    words = shlex.join([*found.words, "--cluster", cluster])
    return " ".join(filter(None, [api.program, words, api.flags, shlex.join(found.rest)]))


def _aws_command(api: Api, action: Action) -> str:
    """The same call by the AWS CLI."""
    service, operation, _ = action.call
    request = shlex.quote(json.dumps(dict(action.request), default=str))
    return api.aws.command(f"{service} {operation.replace('_', '-')} --cli-input-json {request}")


def _event(event: Event) -> Draft:
    found: Draft = {"kind": event.kind, "message": event.message, **event.fields}
    return {**found, "hint": event.hint} if event.hint else found
