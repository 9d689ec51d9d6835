"""Rules and schedules that start tasks: kept as they come; nothing acts on them in the sandbox."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without


def create_rule(site: Site, properties: Json) -> Made:
    return put_rule(site, site.name(properties, "Name", 64), properties)


def put_rule(site: Site, name: str, properties: Json) -> Made:
    events = site.client("events")
    found = events.put_rule(Name=name, **without(properties, "Name", "Targets"))
    targets = properties.get("Targets") or []
    if targets:
        events.put_targets(Rule=name, Targets=targets, **bus_of(properties))
    return Made(name, {"Arn": found["RuleArn"]})


def bus_of(properties: Json) -> Json:
    return {key: properties[key] for key in ("EventBusName",) if key in properties}


def update_rule(site: Site, made: Made, old: Json, new: Json) -> Made:
    remove_targets(site, made, old)
    return put_rule(site, made.id, new)


def remove_targets(site: Site, made: Made, properties: Json) -> None:
    ids = [one["Id"] for one in properties.get("Targets") or []]
    if ids:
        site.client("events").remove_targets(Rule=made.id, Ids=ids, **bus_of(properties))


def delete_rule(site: Site, made: Made, properties: Json) -> None:
    remove_targets(site, made, properties)
    site.client("events").delete_rule(Name=made.id, **bus_of(properties))


def create_schedule(site: Site, properties: Json) -> Made:
    name = site.name(properties, "Name", 64)
    found = site.client("scheduler").create_schedule(Name=name, **without(properties, "Name"))
    return Made(name, {"Arn": found["ScheduleArn"]})


def update_schedule(site: Site, made: Made, old: Json, new: Json) -> Made:
    site.client("scheduler").update_schedule(Name=made.id, **without(new, "Name"))
    return made


def group_of(properties: Json) -> Json:
    return {key: properties[key] for key in ("GroupName",) if key in properties}


def delete_schedule(site: Site, made: Made, properties: Json) -> None:
    site.client("scheduler").delete_schedule(Name=made.id, **group_of(properties))


def create_group(site: Site, properties: Json) -> Made:
    name = site.name(properties, "Name", 64)
    tags = site.all_tags(properties)
    found = site.client("scheduler").create_schedule_group(Name=name, Tags=tags)
    return Made(name, {"Arn": found["ScheduleGroupArn"]})


def delete_group(site: Site, made: Made, properties: Json) -> None:
    site.client("scheduler").delete_schedule_group(Name=made.id)


KINDS = (
    Kind(
        "AWS::Events::Rule",
        create_rule,
        delete_rule,
        update_rule,
        frozenset({"Name", "EventBusName"}),
    ),
    Kind(
        "AWS::Scheduler::Schedule",
        create_schedule,
        delete_schedule,
        update_schedule,
        frozenset({"Name"}),
    ),
    Kind("AWS::Scheduler::ScheduleGroup", create_group, delete_group),
)
