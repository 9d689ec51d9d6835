"""What did not work -> its ranked reasons: as the error of a job, or as the answer to `why`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, InputError
from ecscli.base.records import record
from ecscli.up.diagnosis.condition import Condition, condition
from ecscli.up.diagnosis.diagnose import diagnose, ended_badly
from ecscli.up.diagnosis.facts import placement_facts, project_facts, service_facts, task_facts
from ecscli.up.diagnosis.model import Facts, Reason
from ecscli.up.diagnosis.remedies import remedy
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.service.calls import Applied
from ecscli.up.service.live import LiveProject, describe_service
from ecscli.up.service.names import Names
from ecscli.up.service.task_definition import definition_arn
from ecscli.workflows.project import Connect, ProjectRequest, compose_command, load_names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws
    from ecscli.up.deployment.followed import ServiceOutcome
    from ecscli.up.service.desired import WantedTasks


@record
class Diagnosis:
    """The reasons, the likeliest first, what AWS did not let us look at, and what was seen to
    run."""

    reasons: tuple[Reason, ...]
    unread: tuple[Unread, ...]
    condition: Condition


def why(connect: Connect, request: ProjectRequest) -> Diagnosis:
    """Why the service of a project does not work, or its tasks where it has no service.

    Raises InputError where there is neither.
    """
    names = load_names(request)
    found = diagnosis_of(connect(), names)
    if found is None:
        raise _nothing_there(names)
    return found


def diagnosis_of(aws: Aws, names: Names) -> Diagnosis | None:
    """Why a service does not work, or the tasks of its family; None where there is neither."""
    service = describe_service(aws, names)
    if service is not None and service.get("status") != "INACTIVE":
        return _diagnosis(names, service_facts(aws, names, service))
    facts = project_facts(aws, names)
    return _diagnosis(names, facts) if _are_some(facts) else None


def diagnosis_of_job(aws: Aws, names: Names) -> Diagnosis | None:
    """Why the last tasks of a job have failed; None where there are none."""
    facts = project_facts(aws, names)
    if not _are_some(facts):
        return None
    if facts.tasks and not facts.running and not any(map(ended_badly, facts.tasks)):
        done = Condition(f"job {names.family} has succeeded", True)
        return Diagnosis((), tuple(facts.unread), done)
    return _diagnosis(names, facts)


def _are_some(facts: Facts) -> bool:
    """Whether there are tasks, or AWS did not let us look."""
    return bool(facts.tasks or facts.running or facts.unread)


def _diagnosis(names: Names, facts: Facts) -> Diagnosis:
    reasons = tuple(reason for reason in diagnose(facts) if reason.kind != "unread")
    return Diagnosis(reasons, tuple(facts.unread), condition(names, facts))


def _nothing_there(names: Names) -> InputError:
    where = f"in cluster {names.cluster}"
    return InputError(
        f"there is no service {names.service} and no task of {names.project} {where}",
        hint="start it with `ecscli compose service up` or `compose up`, or name another with"
        " --project-name and --cluster; ECS forgets stopped tasks after an hour",
    )


def failed_deployment(aws: Aws, names: Names, outcome: ServiceOutcome) -> DeploymentError:
    """The error of a deployment that did not end well."""
    facts = service_facts(aws, names, outcome.service, outcome.deployment)
    return _error(names, f"service {names.service}: {outcome.trouble}", facts)


def unsettled(
    aws: Aws, names: Names, tasks: Iterable[TaskTypeDef], trouble: str
) -> DeploymentError:
    """The error of tasks that did not get where they should."""
    return _error(names, trouble, task_facts(aws, names.cluster, list(tasks)))


def bad_ends(aws: Aws, names: Names, tasks: Iterable[TaskTypeDef]) -> DeploymentError | None:
    """The error of tasks that should run and have stopped otherwise than with exit code 0."""
    bad = [task for task in tasks if ended_badly(task)]
    if not bad:
        return None
    plural = "" if len(bad) == 1 else "s"
    return unsettled(
        aws, names, bad, f'{len(bad)} task{plural} of project "{names.project}" stopped'
    )


def unplaced(
    aws: Aws, wanted: WantedTasks, live: LiveProject, applied: Applied
) -> DeploymentError | None:
    """The error of tasks that RunTask could not place."""
    if not applied.failures:
        return None
    names = wanted.names
    definition = applied.values.get("taskDefinitionArn") or _used_definition(wanted, live)
    facts = placement_facts(aws, names.cluster, applied.failures, definition)
    started = len(applied.started)
    ended = f"{started} started, the others could not be" if started else "no new task could be"
    reasons = diagnose(facts)  # ECS keeps no trace of them: `why` could not show them again
    return DeploymentError(
        f'project "{names.project}": {ended} placed',
        hint=remedy(reasons),
        reasons=[reason.text for reason in reasons],
    )


def _used_definition(wanted: WantedTasks, live: LiveProject) -> str:
    """The revision that tasks are started from where none was registered."""
    if live.tasks:
        return str(live.tasks[0]["taskDefinitionArn"])
    return str(definition_arn(wanted.definition, live))


def _error(names: Names, message: str, facts: Facts) -> DeploymentError:
    reasons = diagnose(facts)
    again = f"`{compose_command(names, 'why')}` shows the reasons again"
    advice = remedy(reasons)
    hint = f"{advice}; {again}" if advice else again
    texts = [reason.text for reason in reasons if reason.text.rstrip(".") not in message]
    return DeploymentError(message, hint=hint, reasons=texts)
