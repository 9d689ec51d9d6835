"""The events of a stack, and instances that join or leave a cluster, as iterators of Event; failure
is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import takewhile

from ecscli.aws.client import STACKS, Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, DeploymentError, EcsCliError
from ecscli.up.model import Event
from ecscli.up.stack import live, reasons
from ecscli.up.stack.model import REVIEW, Instance

Row = Document
CANCELLED = "Resource creation cancelled"
PATIENCE = 15.0  # seconds between looks at why no instance comes
REFRESHED = ("Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")


class Failed(DeploymentError):
    """A stack reached another end than the one that was wanted."""


def follow_stack(
    aws: Aws, stack_id: str, seen: Collection[str], goal: str, limit: float | None = None
) -> Iterator[Event]:
    """The events of a stack that are not among `seen`, until CloudFormation is done with it.

    `goal` is the status of success. Raises DeploymentError with the first failed resource for any
    other end, and after `limit` seconds.
    """
    known, rows, start = set(seen), list[Row](), aws.clock()
    told, last = set[tuple[str, str]](), Draft()

    def fetch() -> list[Row]:
        return list(new_rows(aws, stack_id, known))

    for fresh in aws.poll(fetch, lambda fresh: any(_ends(row) for row in fresh), STACKS, limit):
        for row in fresh:
            known.add(row["EventId"])
            rows.append(row)
            last = dict(row) if _ends(row) else last
            # CloudFormation tells each beginning twice
            line = (
                row["LogicalResourceId"],
                row["ResourceStatus"],
            )
            if row["ResourceStatus"] != REVIEW and line not in told:
                told.add(line)
                yield _told(row, aws.clock() - start)
    if not last:
        raise DeploymentError(
            f"the stack is still being worked on after {minutes(limit or 0)}",
            stack_id,
            "CloudFormation goes on by itself; run the same command again to follow it",
        )
    if last["ResourceStatus"] != goal:
        raise failure(rows, last)


def new_rows(aws: Aws, stack_id: str, known: Collection[str]) -> list[Row]:
    """The events that are not known yet, oldest first; pages are read until a known one comes."""
    found = []
    try:
        for row in aws.pages(
            "cloudformation", "describe_stack_events", "StackEvents", StackName=stack_id
        ):
            if row["EventId"] in known:
                break
            found.append(row)
    except AwsError as error:
        if not live.is_absent(error):
            raise
    return found[::-1]


def failure(rows: Collection[Row], last: Row) -> Failed:
    """The end of a stack that did not reach its goal: the resource that failed first, why, and what
    to do."""
    failed = [row for row in rows if _is_failure(row) and not _is_stack(row)]
    causes = [row for row in failed if CANCELLED not in row.get("ResourceStatusReason", "")]
    told = [f"{row['LogicalResourceId']} ({row['ResourceType']}): {_reason(row)}" for row in causes]
    reason = _reason(causes[0]) if causes else _reason(last)
    status = last["ResourceStatus"]
    hint = "; ".join(part for part in (reasons.remedy(reason), reasons.LEFT.get(status)) if part)
    message = f"stack {last['StackName']} ended as {status}"
    return Failed(message, hint=hint or None, reasons=told or [reason])


def _reason(row: Row) -> str:
    return str(row.get("ResourceStatusReason") or "CloudFormation gave no reason")


def _is_failure(row: Row) -> bool:
    return str(row["ResourceStatus"]).endswith("_FAILED")


def _is_stack(row: Row) -> bool:
    return bool(row.get("PhysicalResourceId") == row["StackId"])


def _ends(row: Row) -> bool:
    status = row["ResourceStatus"]
    return _is_stack(row) and status.endswith(("_COMPLETE", "_FAILED"))


def _told(row: Row, elapsed: float) -> Event:
    status, reason = row["ResourceStatus"], row.get("ResourceStatusReason", "")
    bad = _is_failure(row) or "ROLLBACK" in status
    why = f" - {reason}" if reason and bad else ""
    what = (
        f"{row['LogicalResourceId']} {row['ResourceType']}"
        if not _is_stack(row)
        else f"stack {row['StackName']}"
    )
    kind = "warning" if _is_failure(row) and CANCELLED not in reason else "progress"
    return Event(f"[{clock_face(elapsed)}] {status:<20} {what}{why}", kind)


def clock_face(seconds: float) -> str:
    """Elapsed time as minutes and seconds: 01:05."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def minutes(seconds: float) -> str:
    """A limit in words."""
    return f"{seconds / 60:g} minute{'' if seconds == 60 else 's'}"


def joined(aws: Aws, cluster: str, group_name: str, limit: float) -> Iterator[Event]:
    """Follow the Auto Scaling group until as many instances as it wants are in the cluster, and no
    others.

    Raises DeploymentError after `limit` seconds, with what the group's scaling activities say.
    """
    told, start, count = set[str](), aws.clock(), (0, 0)
    look = PATIENCE

    def fetch() -> tuple[Document, list[Instance]]:
        return aws.together(
            lambda: live.group(aws, group_name) or {}, lambda: live.instances(aws, cluster)
        )

    for group, instances in aws.poll(fetch, _settled, STACKS, limit):
        count = (len(_of_group(group, instances)), group.get("DesiredCapacity", 0))
        line = f"{count[0]} of {count[1]} instances have joined cluster {cluster}"
        if _leaving(group, instances):
            line += f", {_leaving(group, instances)} leaving"
        done, passed = _settled((group, instances)), aws.clock() - start
        if line not in told:
            told.add(line)
            yield Event(f"[{clock_face(passed)}] {line}", "done" if done else "progress")
        if done:
            return
        if passed >= look:
            look = passed + PATIENCE
            for reason in set(activities(aws, group_name)[:1]) - told:
                told.add(reason)
                yield Event(
                    f"[{clock_face(passed)}] no instance starts: {_advised(reason)}", "warning"
                )
    raise DeploymentError(
        f"after {minutes(limit)}, {count[0]} of {count[1]} instances have joined cluster {cluster}",
        group_name,
        "see `ecscli instances`; an instance needs a way to the ECS API: a public address, NAT or"
        " VPC endpoints",
        reasons=map(_advised, activities(aws, group_name)),
    )


def _advised(reason: str) -> str:
    remedy = reasons.remedy(reason)
    return f"{reason} ({remedy})" if remedy else reason


def refreshed(aws: Aws, group_name: str, limit: float) -> Iterator[Event]:
    """Follow the newest instance refresh of a group. Raises DeploymentError where it fails or takes
    too long."""
    start, told, state = aws.clock(), "", Draft()

    def fetch() -> Draft:
        answer = aws.call(
            "autoscaling", "describe_instance_refreshes", AutoScalingGroupName=group_name
        )
        return next(iter(answer["InstanceRefreshes"]), {})

    for state in aws.poll(
        fetch, lambda state: not state or state["Status"] in REFRESHED, STACKS, limit
    ):
        line = (
            f"instance refresh {state.get('Status', 'over')}:"
            f" {state.get('PercentageComplete', 0)} %"
        )
        if line != told:
            told = line
            yield Event(f"[{clock_face(aws.clock() - start)}] {line}", "progress")
    if state and state["Status"] != "Successful":
        hint = (
            f"`aws autoscaling describe-instance-refreshes --auto-scaling-group-name {group_name}`"
            " tells more"
        )
        reasons_told = [state["StatusReason"]] if state.get("StatusReason") else []
        message = f"the instance refresh of {group_name} is {state['Status']}"
        raise DeploymentError(message, hint=hint, reasons=reasons_told)


def activities(aws: Aws, group_name: str) -> list[str]:
    """Why a group's newest scaling activities failed, up to the last one that did not; empty where
    unknown."""
    try:
        answer = aws.call(
            "autoscaling", "describe_scaling_activities", AutoScalingGroupName=group_name
        )
    except EcsCliError:
        return []
    failed = takewhile(
        lambda row: row.get("StatusCode") in ("Failed", "Cancelled"), answer.get("Activities", ())
    )
    return list(
        dict.fromkeys(row.get("StatusMessage") or row.get("Description", "") for row in failed)
    )[:3]


def _of_group(group: Document, instances: list[Instance]) -> list[Instance]:
    alive = {
        row["InstanceId"]
        for row in group.get("Instances", ())
        if row.get("LifecycleState") == "InService"
    }
    return [
        one for one in instances if one.ec2_id in alive and one.connected and one.status == "ACTIVE"
    ]


def _leaving(group: Document, instances: list[Instance]) -> int:
    """Instances of the group that end, and those that ECS still lists though they have."""
    rows = group.get("Instances", ())
    return sum(1 for row in rows if str(row.get("LifecycleState", "")).startswith("Terminating"))


def _settled(state: tuple[Document, list[Instance]]) -> bool:
    group, instances = state
    if not group:
        return False
    enough = len(_of_group(group, instances)) == group["DesiredCapacity"]
    return enough and not _leaving(group, instances)
