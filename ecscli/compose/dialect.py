"""The dialects of Compose files, each a record of the rules by which it is read and translated.

A file that ecs-cli read keeps the meaning that it had there; any other file follows today's Compose
Specification. The rooms read one attribute for each rule that differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from ecscli.base.records import record, replace


class Merging(Enum):
    """How a later file is merged over an earlier one."""

    TODAY = "today"
    VERSION_2 = "version 2"
    VERSION_3 = "version 3"


class Numbers(Enum):
    """How a number becomes text, for example in `environment`."""

    TODAY = "today"
    PLAIN = "plain"  # 1e3 is written "1000"
    SHORTEST = "shortest"  # very large and very small numbers get an exponent


class EnvFolding(Enum):
    """How `env_file` becomes part of `environment` before files merge; TODAY: it does not."""

    TODAY = "today"
    LINES = "lines"  # a list of KEY=value that may repeat a name
    VARIABLES = "variables"


@record
class Dialect:
    """The rules for the files of one project. The defaults are those of today's specification."""

    name: str
    reproduces_ecs_cli: bool = False  # the task definition is the one that ecs-cli registered

    # The file as a whole
    is_flat: bool = False  # services are top-level keys
    sections: tuple[str, ...] | None = None  # top-level keys that count; None: all that exist
    duplicate_keys_are_errors: bool = True  # else the last one counts
    reads_all_documents: bool = True  # else the first document of a file counts

    # Variables
    warns_of_unset_variables: bool = True
    lone_dollar_stays: bool = True  # else a `$` that starts no variable is an error
    dash_like_colon_dash: bool = False  # `${A-b}` gives `b` for an empty variable too
    reads_env_files_as_today: bool = True  # else a value is the rest of its line
    first_line_of_env_file_wins: bool = False
    empty_shell_variables_count: bool = True
    unreadable_env_file_is_error: bool = True
    project_name_from_env_file: bool = True
    project_name_is_variable: bool = True  # files may use ${COMPOSE_PROJECT_NAME}

    # Paths
    paths_start_at_file: bool = False  # else at the project directory
    host_paths_stay_relative: bool = False
    mount_may_start_with_colon: bool = False

    # Texts, numbers and lists
    numbers: Numbers = Numbers.TODAY
    cuts_fractions: bool = False  # 1.5 is read as 1 where a whole number belongs
    last_repeated_item_counts: bool = True  # else an item may not be repeated
    takes_any_device_permissions: bool = True
    takes_bare_ipv6_addresses: bool = True  # `::1:80:80`
    warns_of_deprecated_forms: bool = True

    # Single keys of a service
    command_has_comments: bool = False  # `#` starts a comment, and shell operators are words
    keeps_empty_arguments: bool = True
    publishes_whole_range: bool = False  # `1-2:80` publishes two ports, not one of them
    takes_any_health_test: bool = False
    sorts_extra_hosts: bool = False
    environment_repeats_names: bool = False  # a list stays one
    refuses_blanks_around_names: bool = True
    blank_variable_is_unset: bool = False  # `KEY:` and `KEY=` take the shell's value, else nothing
    env_folding: EnvFolding = EnvFolding.TODAY

    # Files and services together
    merging: Merging = Merging.TODAY
    extends_by_kind: bool = False  # lists are appended, mappings merged at their top
    refuses_unknown_references: bool = True  # networks and services that do not exist
    checks_container_names: bool = True

    # Translation
    skipped_keys: tuple[str, ...] = ()  # keys of a service that ecs-cli skipped with a warning
    skipped_hint: str = ""
    one_network_is_the_default: bool = False  # naming it is no warning
    reservation_replaces_tiny_limit: bool = False  # mem_limit below 1 MiB
    has_layout_services: bool = False  # each Compose service is an ECS service

    def reads_section(self, key: str) -> bool:
        """Whether a top-level key has an effect in a file of this dialect."""
        return self.sections is None or key in self.sections

    def in_layout_services(self) -> Dialect:
        """The same reading, and the translation of layout services, where nothing of ecs-cli binds,
        which did not have it."""
        return replace(
            self,
            has_layout_services=True,
            reproduces_ecs_cli=False,
            skipped_keys=(),
            skipped_hint="",
            one_network_is_the_default=False,
            reservation_replaces_tiny_limit=False,
        )


TODAY = Dialect("today")

OF_ECS_CLI = Dialect(
    "ecs-cli",
    reproduces_ecs_cli=True,
    duplicate_keys_are_errors=False,
    reads_all_documents=False,
    reads_env_files_as_today=False,
    unreadable_env_file_is_error=False,
    project_name_from_env_file=False,
    project_name_is_variable=False,
    lone_dollar_stays=False,
    numbers=Numbers.PLAIN,
    cuts_fractions=True,
    last_repeated_item_counts=False,
    takes_any_device_permissions=False,
    takes_bare_ipv6_addresses=False,
    warns_of_deprecated_forms=False,
    refuses_blanks_around_names=False,
    refuses_unknown_references=False,
    checks_container_names=False,
)

# The keys that ecs-cli skipped stay without effect, although ECS could do more today.
# `volume_driver` exists in these dialects alone.
SKIPPED_BY_VERSION_2 = """
    build cpuset cpu_quota cgroup_parent container_name depends_on domainname expose external_links
    group_add ipc mac_address memswap_limit mem_swappiness network_mode networks oom_score_adj pid
    stop_signal volume_driver restart stdin_open
"""
SKIPPED_BY_VERSION_3 = """
    build cgroup_parent container_name depends_on deploy domainname expose external_links ipc
    mac_address network_mode networks pid restart shm_size stdin_open stop_signal sysctls
    userns_mode
"""

VERSION_2 = replace(
    OF_ECS_CLI,
    name="2",
    sections=("version", "services", "volumes", "networks", "secrets", "configs"),
    dash_like_colon_dash=True,
    first_line_of_env_file_wins=True,
    empty_shell_variables_count=False,
    paths_start_at_file=True,
    host_paths_stay_relative=True,
    mount_may_start_with_colon=True,
    command_has_comments=True,
    environment_repeats_names=True,
    env_folding=EnvFolding.LINES,
    merging=Merging.VERSION_2,
    extends_by_kind=True,
    skipped_keys=tuple(SKIPPED_BY_VERSION_2.split()),
    skipped_hint='a file of version 2 keeps its old meaning; remove "version" to have it mapped',
    one_network_is_the_default=True,
    reservation_replaces_tiny_limit=True,
)
VERSION_1 = replace(
    VERSION_2,
    name="1",
    is_flat=True,
    sections=None,
    skipped_hint=(
        'a file without "services" keeps its old meaning; put "services:" on top to have it mapped'
    ),
)
VERSION_3 = replace(
    OF_ECS_CLI,
    name="3",
    warns_of_unset_variables=False,
    numbers=Numbers.SHORTEST,
    keeps_empty_arguments=False,
    publishes_whole_range=True,
    takes_any_health_test=True,
    sorts_extra_hosts=True,
    blank_variable_is_unset=True,
    env_folding=EnvFolding.VARIABLES,
    merging=Merging.VERSION_3,
    skipped_keys=tuple(SKIPPED_BY_VERSION_3.split()),
    skipped_hint='a file of version 3 keeps its old meaning; remove "version" to have it mapped',
)

DIALECTS = (VERSION_1, VERSION_2, VERSION_3, TODAY)
# Exactly the values of `version` that ecs-cli accepted; every other one means today's rules.
BY_VERSION = {"2": VERSION_2, "3": VERSION_3, "3.0": VERSION_3}


def common_dialect(dialects: Iterable[Dialect]) -> Dialect:
    """The rules for files that are read together: their own where they agree, else today's."""
    found = set(dialects)
    if len(found) == 1:
        return found.pop()
    return VERSION_2 if found <= {VERSION_1, VERSION_2} else TODAY
