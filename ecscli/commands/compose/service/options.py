"""What the service commands share: what is wanted by files and flags, and deployments followed to
their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import DeploymentError, Finding
from ecscli.commands.compose.options import by_flag
from ecscli.commands.compose.running import (
    answer,
    check_timeout,
    compose_command,
    interruptible,
    listen,
    names_of,
    refuse,
)
from ecscli.commands.compose.tasks import checked_translation
from ecscli.commands.compose.translation import Translation, tell

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.base.tags import Tags
    from ecscli.commands.context import App
    from ecscli.up.discovery.desired import DiscoveryChange, WantedDiscovery
    from ecscli.up.model import CreateLogGroup
    from ecscli.up.service.desired import LaunchFlags, WantedService
    from ecscli.up.service.flags import ServiceFlags
    from ecscli.up.service.names import Names
    from ecscli.up.service.watch import ServiceOutcome

DEFAULT_TIMEOUT = 5.0  # minutes without progress, as in the original


def wanted_service(app: App, given: Document, first: int) -> tuple[WantedService, Translation]:
    """What files and flags want of the service. Raises InputError with everything that is wrong
    with either.

    `given` are click's arguments; `first` is the count of a new service where neither files nor
    flags say one.
    """
    from ecscli.up.service import desired

    flags, tags, launch, wrong = _read_flags(app, given)

    def check(translation: Translation) -> Iterator[Finding]:
        names_of(app, translation.project)
        request = translation.definition.request
        yield from desired.launch_findings(request, translation.params, launch)
        yield from desired.service_findings(request, _fields(translation, launch, flags))
        yield from _log_groups(app, given, translation)[1]
        yield from _discovery(given, flags, translation)[1]

    translation = checked_translation(app, launch, tags, wrong, check)
    definition, fields = translation.definition, _fields(translation, launch, flags)
    groups, _ = _log_groups(app, given, translation)
    if given.get("create_log_groups") and not groups:
        app.console.warn("No log groups to create; no containers use 'awslogs'")
    tell(app, translation)
    wanted = desired.WantedService(
        names=names_of(app, translation.project),
        definition=definition.request,
        fields=fields,
        count=given.get("desired_count"),
        first=_first_count(translation, first),
        tags=tags,
        managed_tags=not given.get("disable_ecs_managed_tags"),
        force=bool(given.get("force_deployment")),
        breaker=given.get("breaker"),
        log_groups=tuple(groups),
        discovery=_discovery(given, flags, translation)[0],
    )
    return wanted, translation


def _read_flags(app: App, given: Document) -> tuple[ServiceFlags, Tags, LaunchFlags, list[Finding]]:
    """The flags by what they are about, and everything that is wrong with them."""
    from ecscli.base.tags import ecs_tags, parse_tags
    from ecscli.up.service.desired import LaunchFlags
    from ecscli.up.service.flags import read_capacity, read_flags

    flags = read_flags(by_flag(dict(given)), given.get("target_groups") or ())
    pairs, wrong_tags = parse_tags(given.get("tags"))
    tags = ecs_tags(pairs)
    capacity, wrong_capacity = read_capacity(given.get("capacity_provider"))
    launch = LaunchFlags(
        app.settings().launch_type.value,
        capacity,
        given.get("platform_version"),
        given.get("execute_command"),
        given.get("propagate_tags"),
    )
    wrong = [
        *flags.findings,
        *wrong_tags,
        *wrong_capacity,
        *check_timeout(given.get("timeout") or 0.0),
    ]
    return flags, tags, launch, wrong


def _log_groups(
    app: App, given: Document, translation: Translation
) -> tuple[list[CreateLogGroup], list[Finding]]:
    from ecscli.up.service.log_groups import log_groups

    if not given.get("create_log_groups"):
        return [], []
    request = translation.definition.request
    return log_groups(request, app.settings().need_region(), given.get("log_retention"))


def _fields(translation: Translation, launch: LaunchFlags, flags: ServiceFlags) -> Draft:
    """The fields of CreateService: Compose file, ecs-params and flags, and the volumes that ECS
    makes."""
    from ecscli.up.service.desired import service_fields

    definition = translation.definition
    layers = {"compose": definition.service, "flags": flags.fields}
    fields = service_fields(definition.request, translation.params, launch, layers)
    volumes = [dict(volume) for volume in definition.managed_volumes]
    return {**fields, **({"volumeConfigurations": volumes} if volumes else {})}


def _first_count(translation: Translation, first: int) -> int:
    """The count of a new service: ecs-params, then the Compose file, then `first`; `create` makes
    none."""
    counts = (
        translation.params.service.get("desiredCount"),
        translation.definition.service.get("desiredCount"),
    )
    return next((count for count in counts if count is not None), first) if first else 0


def _discovery(
    given: Document, flags: ServiceFlags, translation: Translation
) -> tuple[WantedDiscovery | None, list[Finding]]:
    from ecscli.up.discovery.desired import wanted_discovery

    if not given.get("enable_service_discovery"):
        return None, []
    mode = translation.definition.request.get("networkMode")
    return wanted_discovery(by_flag(dict(given)), flags.numbers, translation.params, mode)


def change_of(given: Document, translation: Translation) -> DiscoveryChange:
    """What `--update-service-discovery` asks for."""
    from ecscli.up.discovery.desired import wanted_change
    from ecscli.up.service.flags import read_flags

    return wanted_change(read_flags(by_flag(dict(given))).numbers, translation.params)


def update_fields(translation: Translation, given: Document) -> Draft:
    """What scale, start and stop send along: the percentages of the flags and the network of
    ecs-params."""
    from ecscli.up.service import desired
    from ecscli.up.service.flags import read_flags

    flags = read_flags(by_flag(dict(given)))
    launch = desired.LaunchFlags()
    request, params = translation.definition.request, translation.params
    refuse(
        [
            *flags.findings,
            *check_timeout(given.get("timeout") or 0.0),
            *desired.launch_findings(request, params, launch),
        ]
    )
    network = desired.task_fields(request, params, launch).get("networkConfiguration")
    return {**flags.fields, **({"networkConfiguration": network} if network else {})}


def follow(
    app: App, names: Names, service: ServiceTypeDef, minutes: float
) -> tuple[ServiceTypeDef, DeploymentError | None]:
    """Follow the deployment of a change's own answer to its end; the error is there where it
    failed."""
    from ecscli.up.service.watch import follow_service

    if not minutes:
        app.console.warn(
            "Timeout was specified as zero. Your service deployment may not have completed yet."
        )
        return service, None
    with interruptible(
        f"Interrupted: the deployment of service {names.service} goes on at AWS.",
        f"follow it with `{compose_command(names, 'service wait')}`, "
        f"go back with `{compose_command(names, 'service rollback')}`",
    ):
        outcome = listen(app, follow_service(app.aws(), names.cluster, service, minutes))
        error = None if outcome.ok else failed(app, names, outcome)
    return outcome.service or service, error


def failed(app: App, names: Names, outcome: ServiceOutcome) -> DeploymentError:
    """The deployment's end with its likely cause and the ranked reasons."""
    from ecscli.up.diagnosis.diagnose import diagnose
    from ecscli.up.diagnosis.facts import service_facts

    facts = service_facts(app.aws(), names, outcome.service, outcome.deployment)
    return DeploymentError(
        f"service {names.service}: {outcome.trouble}",
        hint=f"ask again later with `{compose_command(names, 'why')}`",
        reasons=[reason.text for reason in diagnose(facts)],
    )


def document(names: Names, service: ServiceTypeDef | None, changed: bool) -> Draft:
    """The service in the JSON of the service commands."""
    from ecscli.up.model import short
    from ecscli.up.service.deployments import primary

    found = service or {}
    now = primary(found) or {}
    return {
        "cluster": names.cluster,
        "service": names.service,
        "changed": changed,
        "status": found.get("status"),
        "taskDefinition": short(str(found.get("taskDefinition", ""))) or None,
        "desiredCount": found.get("desiredCount"),
        "runningCount": found.get("runningCount"),
        "deployment": {"id": now.get("id"), "state": now.get("rolloutState")} if now else None,
    }


def finish(
    app: App, names: Names, service: ServiceTypeDef, changed: bool, how: tuple[float, bool, str]
) -> int:
    """Follow where that is wanted, answer, and raise where the deployment failed.

    `how`: minutes, do not wait, form of the output.
    """
    minutes, no_wait, output = how
    ended, error = (service, None) if no_wait else follow(app, names, service, minutes)
    told = {"error": error.message, "reasons": list(error.reasons)} if error else {}
    answer(app, output, document(names, ended, changed) | told)
    if error:
        raise error
    return 0
