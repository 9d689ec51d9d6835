"""The events of a stack, and instances that join or leave a cluster, as iterators of Event; failure
is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import takewhile

from ecscli.aws.client import STACKS, Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, DeploymentError, EcsCliError
from ecscli.base.records import field, mutable, record, replace
from ecscli.up.model import Event, Part
from ecscli.up.stack import live, reasons
from ecscli.up.stack.model import REVIEW

Row = Document
CANCELLED = "Resource creation cancelled"
PATIENCE = 15.0  # seconds between looks at why no instance comes
REFRESHED = ("Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")


class Failed(DeploymentError):
    """A stack ended in another status than the wanted one."""


def follow_stack(
    aws: Aws, stack_id: str, seen: Collection[str], goal: str, limit: float | None = None
) -> Iterator[Event]:
    """The events of a stack that are not among `seen`, until CloudFormation is done with it.

    `goal` is the status of success. Raises DeploymentError with the first failed resource for any
    other end, and after `limit` seconds.
    """
    start, history = aws.clock(), _History(set(seen))
    fetch = partial(new_rows, aws, stack_id, history.known)
    for fresh in aws.poll(fetch, _has_end, STACKS, limit):
        for row in history.add(fresh):
            yield _event_of(row, aws.clock() - start)
        if fresh:
            yield Event("", "live", {"lines": ()})
    if history.end is None:
        raise _unfinished(stack_id, limit or 0)
    if history.end["ResourceStatus"] != goal:
        raise failure(history.rows, history.end)


def _unfinished(stack_id: str, limit: float) -> DeploymentError:
    return DeploymentError(
        f"the stack is still being worked on after {minutes(limit)}",
        stack_id,
        "CloudFormation goes on by itself; run the same command again to follow it",
    )


@mutable
class _History:
    """The rows of a stack's operation so far; `known` are the ids of all rows that were read."""

    known: set[str]
    rows: list[Row] = field(default_factory=list)
    shown: set[tuple[str, str]] = field(default_factory=set)
    end: Row | None = None

    def add(self, fresh: list[Row]) -> Iterator[Row]:
        """Keep the rows; those that are news come out."""
        for row in fresh:
            self.known.add(row["EventId"])
            self.rows.append(row)
            if _ends(row):
                self.end = row
            # CloudFormation reports each beginning twice
            step = (row["LogicalResourceId"], row["ResourceStatus"])
            if row["ResourceStatus"] != REVIEW and step not in self.shown:
                self.shown.add(step)
                yield row


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
    causes = [row for row in rows if _is_cause(row)]
    first = _reason(causes[0] if causes else last)
    status = last["ResourceStatus"]
    hints = [hint for hint in (reasons.remedy(first), reasons.LEFT.get(status)) if hint]
    return Failed(
        f"stack {last['StackName']} ended as {status}",
        hint="; ".join(hints) or None,
        reasons=[_cause(row) for row in causes] or [first],
    )


def _is_cause(row: Row) -> bool:
    """True for a resource that failed by itself, not because another one did."""
    cancelled = CANCELLED in row.get("ResourceStatusReason", "")
    return _is_failure(row) and not _is_stack(row) and not cancelled


def _cause(row: Row) -> str:
    return f"{row['LogicalResourceId']} ({row['ResourceType']}): {_reason(row)}"


def _reason(row: Row) -> str:
    return str(row.get("ResourceStatusReason") or "CloudFormation gave no reason")


def _is_failure(row: Row) -> bool:
    return str(row["ResourceStatus"]).endswith("_FAILED")


def _is_stack(row: Row) -> bool:
    return bool(row.get("PhysicalResourceId") == row["StackId"])


def _ends(row: Row) -> bool:
    status = row["ResourceStatus"]
    return _is_stack(row) and status.endswith(("_COMPLETE", "_FAILED"))


def _has_end(rows: list[Row]) -> bool:
    return any(_ends(row) for row in rows)


def _event_of(row: Row, elapsed: float) -> Event:
    """A row as people read it, with the reason of what went badly."""
    status, reason = row["ResourceStatus"], row.get("ResourceStatusReason", "")
    subject = f"{row['LogicalResourceId']} {row['ResourceType']}"
    if _is_stack(row):
        subject = f"stack {row['StackName']}"
    line = f"[{clock_face(elapsed)}] {status:<20} {subject}"
    if reason and (_is_failure(row) or "ROLLBACK" in status):
        line += f" - {reason}"
    is_warning = _is_failure(row) and CANCELLED not in reason
    is_over = status.endswith(("_COMPLETE", "_FAILED"))
    part = None if _is_stack(row) else Part(row["LogicalResourceId"], line, is_over)
    return Event(line, "warning" if is_warning else "progress", part=part)


def clock_face(seconds: float) -> str:
    """Elapsed time as minutes and seconds: 01:05."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def minutes(seconds: float) -> str:
    """A limit in words."""
    return f"{seconds / 60:g} minute{'' if seconds == 60 else 's'}"


@record
class Joining:
    """The instances of an Auto Scaling group that are to be in a cluster."""

    cluster: str
    exists: bool
    wanted: int
    joined: int
    leaving: int

    @property
    def settled(self) -> bool:
        return self.exists and self.joined == self.wanted and not self.leaving

    def __str__(self) -> str:
        return f"{self.joined} of {self.wanted} instances have joined cluster {self.cluster}"


def joined(aws: Aws, cluster: str, group_name: str, limit: float) -> Iterator[Event]:
    """Follow the Auto Scaling group until as many instances as it wants are in the cluster, and no
    others.

    Raises DeploymentError after `limit` seconds, with the reasons of the group's scaling
    activities.
    """
    start, look, shown = aws.clock(), PATIENCE, set[str]()
    state = Joining(cluster, exists=False, wanted=0, joined=0, leaving=0)
    look_up = partial(_joining, aws, cluster, group_name)
    for state in aws.poll(look_up, lambda state: state.settled, STACKS, limit):
        elapsed = aws.clock() - start
        news = [_joining_event(state)]
        if not state.settled and elapsed >= look:
            look = elapsed + PATIENCE
            news += _newest_obstacle(aws, group_name)
        yield from _new_events(news, elapsed, shown)
        if state.settled:
            return
    raise _not_joined(aws, group_name, state, limit)


def _new_events(events: Iterable[Event], elapsed: float, shown: set[str]) -> Iterator[Event]:
    """Those whose messages have not been shown before, with the elapsed time."""
    for event in events:
        if event.message not in shown:
            shown.add(event.message)
            yield replace(event, message=f"[{clock_face(elapsed)}] {event.message}")


def _not_joined(aws: Aws, group_name: str, state: Joining, limit: float) -> DeploymentError:
    return DeploymentError(
        f"after {minutes(limit)}, {state}",
        group_name,
        "see `ecscli instances`; an instance needs a way to the ECS API: a public address, NAT or"
        " VPC endpoints",
        reasons=map(_advised, activities(aws, group_name)),
    )


def _joining(aws: Aws, cluster: str, group_name: str) -> Joining:
    group, instances = aws.together(
        lambda: live.group(aws, group_name), lambda: live.instances(aws, cluster)
    )
    if not group:
        return Joining(cluster, exists=False, wanted=0, joined=0, leaving=0)
    in_service = {row["InstanceId"] for row in group["Instances"] if _is(row, "InService")}
    return Joining(
        cluster,
        exists=True,
        wanted=group["DesiredCapacity"],
        joined=sum(1 for one in instances if one.ready and one.ec2_id in in_service),
        leaving=sum(1 for row in group["Instances"] if _is(row, "Terminating")),
    )


def _is(row: Row, state: str) -> bool:
    """Whether an instance of a group is in a state of its life cycle, such as Terminating:Wait."""
    return str(row.get("LifecycleState", "")).startswith(state)


def _joining_event(state: Joining) -> Event:
    leaving = f", {state.leaving} leaving" if state.leaving else ""
    return Event(f"{state}{leaving}", "done" if state.settled else "progress")


def _newest_obstacle(aws: Aws, group_name: str) -> list[Event]:
    newest = activities(aws, group_name)[:1]
    return [Event(f"no instance starts: {_advised(reason)}", "warning") for reason in newest]


def _advised(reason: str) -> str:
    remedy = reasons.remedy(reason)
    return f"{reason} ({remedy})" if remedy else reason


def refreshed(aws: Aws, group_name: str, limit: float) -> Iterator[Event]:
    """Follow the newest instance refresh of a group. Raises DeploymentError where it fails or takes
    too long."""
    start, shown, refresh = aws.clock(), "", Draft()
    for refresh in aws.poll(lambda: _refresh(aws, group_name), _is_refreshed, STACKS, limit):
        line = _refresh_line(refresh)
        if line != shown:
            shown = line
            yield Event(f"[{clock_face(aws.clock() - start)}] {line}", "progress")
    if refresh and refresh["Status"] != "Successful":
        raise _not_refreshed(aws, group_name, refresh)


def _refresh_line(refresh: Document) -> str:
    status, percent = refresh.get("Status", "over"), refresh.get("PercentageComplete", 0)
    return f"instance refresh {status}: {percent} %"


def _not_refreshed(aws: Aws, group_name: str, refresh: Document) -> DeploymentError:
    command = f"autoscaling describe-instance-refreshes --auto-scaling-group-name {group_name}`"
    reason = refresh.get("StatusReason")
    return DeploymentError(
        f"the instance refresh of {group_name} is {refresh['Status']}",
        hint=f"for details, run `{aws.command(command)}",
        reasons=[reason] if reason else [],
    )


def _refresh(aws: Aws, group_name: str) -> Draft:
    """The newest instance refresh of a group; empty where there is none."""
    answer = aws.call("autoscaling", "describe_instance_refreshes", AutoScalingGroupName=group_name)
    return next(iter(answer["InstanceRefreshes"]), {})


def _is_refreshed(refresh: Document) -> bool:
    return not refresh or refresh["Status"] in REFRESHED


def activities(aws: Aws, group_name: str) -> list[str]:
    """Why a group's newest scaling activities failed, up to the last one that did not; empty where
    unknown."""
    try:
        answer = aws.call(
            "autoscaling", "describe_scaling_activities", AutoScalingGroupName=group_name
        )
    except EcsCliError:
        return []
    failed = takewhile(_is_failed_activity, answer.get("Activities", ()))
    reasons_given = [row.get("StatusMessage") or row.get("Description", "") for row in failed]
    return list(dict.fromkeys(reasons_given))[:3]


def _is_failed_activity(row: Row) -> bool:
    return row.get("StatusCode") in ("Failed", "Cancelled")
