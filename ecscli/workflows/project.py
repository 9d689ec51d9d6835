"""Which project is meant -> the project, the files beside it, and its names on ECS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record, replace
from ecscli.compose.find.choose import directory_beside
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import SideFiles, load_side_files
from ecscli.compose.layout.choose import SERVICES, choose_layout, unused_settings
from ecscli.compose.load import load_project, outlook_of, read_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.params.read import EcsParams
from ecscli.compose.params.registry_creds import RegistryCreds
from ecscli.compose.project.model import Project
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.config.settings import Settings

Connect = Callable[[], "Aws"]  # opens the way to AWS once, when a job needs it


@record
class ProjectRequest:
    """A project, the files beside it, and where it goes.

    `source`: what to load, or a project that is loaded already. `directory`: where the names of the
    files beside it start. `environment`: that of git and Docker, which build images.
    `ship_secrets`: secrets with a file or a variable may be created in AWS. `load_balancer`: every
    service with one published port is put behind a load balancer, unless it says otherwise;
    `recreate_balancer`: one that was deleted behind its stack's back is made anew.
    """

    source: LoadOptions | Project
    settings: Settings
    directory: str
    environment: Mapping[str, str]
    task_role_arn: str | None = None
    ecs_params: str | None = None
    registry_creds: str | None = None
    layout: str | None = None
    ship_secrets: bool = False
    load_balancer: bool = False
    recreate_balancer: bool = False


def load(request: ProjectRequest) -> Project:
    """The project alone. Raises InputError with everything that is wrong with its files."""
    source = request.source
    project = source if isinstance(source, Project) else load_project(source)
    beside = "" if isinstance(source, Project) else directory_beside(source)
    try:
        params, _ = load_side_files(_side_files(request, beside), project.variables, project.within)
    except InputError:
        params = EcsParams()  # jobs that do not need the file do not judge it
    refuse_services(request, with_extension(params, project))
    return project


def load_all(request: ProjectRequest) -> tuple[Project, EcsParams, RegistryCreds | None]:
    """Like `load_files`, for jobs that take all services as one task."""
    project, params, creds = load_files(request)
    refuse_services(request, params)
    return project, as_task(params), creds


def as_task(params: EcsParams) -> EcsParams:
    """The params for one task, with a warning of what it does not use."""
    return replace(params, warnings=(*params.warnings, *unused_settings(params)))


def layout_of(request: ProjectRequest, params: EcsParams) -> str:
    """The layout of the project: one of LAYOUTS."""
    return choose_layout(request.layout, request.environment, params.layout)


def has_services(request: ProjectRequest) -> bool:
    """Whether the project has layout services; not where its files cannot be read, which is found
    again by whoever needs them."""
    try:
        _, params, _ = load_files(request)
    except InputError:
        return False
    return layout_of(request, params) == SERVICES


def refuse_services(request: ProjectRequest, params: EcsParams) -> None:
    """Raise InputError where the project has the layout that a job does not take."""
    if layout_of(request, params) == SERVICES:
        hint = "choose the other one with --layout task"
        raise InputError("layout services: this command does not take it yet", None, hint)


def load_files(request: ProjectRequest) -> tuple[Project, EcsParams, RegistryCreds | None]:
    """The project and the files beside it as far as they can be read, for the one judgement, which
    has their `errors` too.

    Raises InputError with what is wrong in any of them where one cannot be read.
    """
    source = request.source
    if isinstance(source, Project):
        project, beside = source, ""
    else:
        beside = directory_beside(source)
        try:
            project = read_project(source)
        except InputError as wrong:
            more = _errors_beside(source, _side_files(request, beside))
            raise InputError.of([*wrong.findings, *more]) from None
    try:
        files = _side_files(request, beside)
        params, creds = load_side_files(files, project.variables, project.within)
    except InputError as wrong:
        raise InputError.of([*project.errors, *wrong.findings]) from None
    params = with_extension(params, project)
    if layout_of(request, params) == SERVICES:
        project = replace(project, dialect=project.dialect.in_layout_services())
    return project, params, creds


def _side_files(request: ProjectRequest, beside: str) -> SideFiles:
    return SideFiles(request.directory, request.ecs_params, request.registry_creds, beside)


def _errors_beside(source: LoadOptions, side_files: SideFiles) -> Sequence[Finding]:
    """What is wrong with the files beside a project that cannot be read itself."""
    try:
        params, _ = load_side_files(side_files, *outlook_of(source))
    except InputError as wrong:
        return wrong.findings
    return params.errors


def load_names(request: ProjectRequest, wrong: Iterable[Finding] = ()) -> Names:
    """The names of the project on the cluster, for jobs that need no more of it.

    Raises InputError with what is `wrong` already and with everything about the files.
    """
    findings = list(wrong)
    try:
        names = names_on_cluster(load(request), request.settings)
    except InputError as error:
        raise InputError.of([*findings, *error.findings]) from error
    refuse(findings)
    return names


def names_on_cluster(project: Project, settings: Settings) -> Names:
    """The names of a project. Raises InputError where no cluster is set."""
    return _names(project, settings, settings.need_cluster())


def names_anywhere(project: Project, settings: Settings) -> Names:
    """The names of a project for a registration, which needs no cluster."""
    return _names(project, settings, settings.cluster.value or "")


def _names(project: Project, settings: Settings, cluster: str) -> Names:
    prefix, service_prefix = settings.project_prefix.value, settings.service_prefix.value
    return Names(project.name, cluster, prefix or "", service_prefix or "")


def compose_command(names: Names, verb: str) -> str:
    """A command line to suggest, with the names that matter."""
    return f"ecscli compose --project-name {names.project} {verb} --cluster {names.cluster}"


def refuse(findings: Iterable[Finding]) -> None:
    """Raise all findings as one error, if there are any."""
    found = list(findings)
    if found:
        raise InputError.of(found)


def refuse_unknown(project: Project, services: Iterable[str]) -> None:
    """Raise InputError where the project lacks one of these services."""
    known = [service.name for service in project.services]
    unknown = [name for name in services if name not in known]
    refuse(
        Finding(
            f'the project has no service "{name}"',
            hint=did_you_mean(name, known) or f"its services are: {', '.join(known)}",
        )
        for name in unknown
    )
