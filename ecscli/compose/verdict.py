"""Project, ecs-params and settings -> the task definition and everything that is found about it, by
translation and by the rules of ECS: the one judgement of `check` and of every command that sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.base.errors import Finding
from ecscli.base.findings import FindingList, Findings
from ecscli.base.marks import Mark
from ecscli.base.records import replace
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.read.reader import UNKNOWN_KEY
from ecscli.compose.rules import problems, run_fields, run_problems
from ecscli.compose.rules.subject import Problem, Run, Subject
from ecscli.compose.task.definition import Purpose, TaskDefinition, TaskSettings, translate


def build_task_definition(
    project: Project, params: EcsParams | None = None, settings: TaskSettings | None = None
) -> TaskDefinition:
    """The task definition of a project. Raises InputError with everything that ECS cannot do, each
    with its place."""
    definition, findings = judge(project, params or EcsParams(), settings or TaskSettings())
    findings.raise_errors(project.files)
    return definition


def judge(
    project: Project, params: EcsParams, settings: TaskSettings
) -> tuple[TaskDefinition, Findings]:
    """The task definition as far as it goes, and what is found about it.

    What ECS refuses is an error, but for files of ecs-cli, which sent it: there it is a warning.
    What was wrong while loading comes first, without what only follows from it.
    """
    findings = Findings()
    findings.warnings.extend(params.warnings)
    findings.notices.extend(params.notices)
    if settings.image_findings is not None:
        findings.extend(settings.image_findings)
    definition = translate(project, params, settings, findings)
    _judge_by_rules(definition, project, params, settings, findings)
    findings.errors = _with_loading_errors(project, params, findings.errors)
    warnings = tuple(dict.fromkeys(findings.warnings.counted()))
    notices = tuple(dict.fromkeys(findings.notices.counted()))
    return replace(definition, warnings=warnings, notices=notices), findings


def _judge_by_rules(
    definition: TaskDefinition,
    project: Project,
    params: EcsParams,
    settings: TaskSettings,
    findings: Findings,
) -> None:
    launch_type = definition.launch.effective_launch_type
    fields = run_fields(params, definition.service, definition.managed_volumes)
    own_name = settings.naming.own
    run = Run(fields, {}, settings.execution_role, settings.makes_task_role, own_name)
    subject = Subject(definition.request, launch_type, project, params, run)
    found = list(problems(subject))
    if settings.purpose is not Purpose.LOOK:
        found += run_problems(subject)
    if project.dialect.reproduces_ecs_cli:
        found = [_as_ecs_cli_took_it(problem, settings.purpose) for problem in found]
    _add_problems(found, findings)


def _as_ecs_cli_took_it(problem: Problem, purpose: Purpose) -> Problem:
    """ecs-cli sent what ECS refuses; it refused alone to run what could never start."""
    is_refused = problem.fatal and purpose is not Purpose.REGISTER
    return problem if is_refused else problem.as_warning()


def _with_loading_errors(project: Project, params: EcsParams, found: FindingList) -> FindingList:
    """The errors of loading, and those of `found` that do not follow from one of them."""
    loading = (*project.errors, *params.errors)
    if not loading:
        return found
    broken = {path for path in project.broken if path.count(".") > 1}
    broken.update(_keys_without_value(loading))
    errors = FindingList(loading)
    for error in found:
        if not any(are_related(error.key, other) for other in broken):
            errors.append(error)
    errors.more += found.more
    return errors


def _keys_without_value(loading: Iterable[Finding]) -> Iterator[str]:
    """The keys whose values loading could not use; a key beside an unknown one keeps its value."""
    for error in loading:
        if error.key and not error.statement.startswith(UNKNOWN_KEY):
            yield error.key


def _add_problems(broken: Iterable[Problem], findings: Findings) -> None:
    """Add what the rules found, unless translation has found an error at the same place and key."""
    known = KnownKeys(findings.errors)
    for problem in broken:
        if known.has(problem.where, problem.path):
            continue
        if problem.severity == "error":
            findings.errors.append(problem.finding())
        else:
            findings.warnings.append(problem.finding())


# ------------------------------------------------------------- keys of findings


def are_related(key: str, other: str) -> bool:
    """Whether one key holds the other; an empty one is about all that is at its place."""
    return not key or key == other or is_inside(key, other) or is_inside(other, key)


def is_inside(key: str, parent: str) -> bool:
    """Whether a key such as `services.web.ports[0]` is below another one."""
    return key.startswith((f"{parent}.", f"{parent}["))


class KnownKeys:
    """Places and keys that have a finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.at: dict[Mark | str | None, list[str]] = {}
        for finding in findings:
            self.at.setdefault(finding.where, []).append(finding.key)

    def has(self, place: Mark | None, key: str) -> bool:
        """Whether a finding about this key, or one that holds it, is at this place; a finding
        without a place counts for its key everywhere."""
        return any(self._related(place, key)) or key in self.at.get(None, ())

    def _related(self, place: Mark | None, key: str) -> Iterator[bool]:
        if place is not None:
            for known in self.at.get(place, ()):
                yield are_related(known, key)
