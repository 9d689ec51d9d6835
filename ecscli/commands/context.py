"""App: what every command gets: environment, working directory, console, and on demand settings and
AWS."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, TypeVar

import click

from ecscli.base.errors import ChangesPending, EcsCliError, InputError, Interrupted, shorten
from ecscli.base.records import field, mutable
from ecscli.commands.options import confined_flag, given_flags
from ecscli.terminal.classic_log import CLASSIC
from ecscli.terminal.classic_log import VARIABLE as MESSAGES
from ecscli.terminal.console import Console

if TYPE_CHECKING:
    from pathlib import Path

    from ecscli.aws.client import Aws
    from ecscli.base.errors import Finding
    from ecscli.base.system.files import Confinement
    from ecscli.config.settings import Settings
    from ecscli.up.model import Event

T = TypeVar("T")
INFRA_FILE = "ecs-cluster.yml"
EXIT_CODES = "ECSCLI_EXIT_CODES"


@mutable
class App:
    """One run of the program."""

    environment: Mapping[str, str]
    directory: str
    console: Console
    sandbox: bool = False
    debug: bool = False
    # where the Compose file is that a search found above the working directory
    find_beside: Callable[[], str] | None = None
    _aws: Aws | None = field(default=None, repr=False)
    _told: list[Finding] = field(default_factory=list, repr=False)

    def choose(self, option: str) -> None:
        """Take one of the general options: how much is printed, and in which form."""
        match option:
            case "quiet":
                self.console.quiet = True
            case "verbose":
                self.console.verbose = True
            case "debug":
                self.debug = self.console.verbose = True
            case "wide":
                self.console.wide = True
            case "classic":
                self.console.classic = True

    def check_choices(self) -> None:
        """Raise InputError where a variable that asks for ecs-cli's ways has a value without a
        meaning."""
        for variable in (EXIT_CODES, MESSAGES):
            given = self.environment.get(variable, "")
            if given not in ("", CLASSIC):
                message = f'"{shorten(given)}" is not known'
                raise InputError(message, variable, f"set it to {CLASSIC}, or leave it out")

    def failure(self, code: int) -> int:
        """The exit code of a failure: 1, as ecs-cli's, where ECSCLI_EXIT_CODES=classic."""
        return 1 if self.environment.get(EXIT_CODES) == CLASSIC else code

    def code_of(self, error: EcsCliError) -> int:
        """The exit code for what ended the run; pending changes and Ctrl-C are not failures."""
        if isinstance(error, ChangesPending | Interrupted):
            return error.exit_code
        return self.failure(error.exit_code)

    def settings(self, *, offline: bool = False) -> Settings:
        """The effective settings: flags of the command and its groups, ecs-cluster.yml,
        environment, stored files.

        `offline`: nobody will be called with them, so that a sandbox need not run. Notices are told
        once.
        """
        from ecscli.config.settings import Flags
        from ecscli.workflows.settings import settings_in

        url = "" if offline and self.sandbox else self.sandbox_url()
        flags = Flags(**given_flags(click.get_current_context()), sandbox_url=url)
        found = settings_in(self._settings_directory(), flags, self.environment, self.within())
        self.console.mask.add((found.login.secret_key, found.login.session_token))
        self.console.mask.add_address(found.endpoint)
        for notice in found.notices:
            if notice not in self._told:
                self._told.append(notice)
                self.console.warn(notice)
        return found

    def _settings_directory(self) -> str:
        """The directory whose ecs-cluster.yml counts: the working directory, or for a project above
        it that directory, where only that one has the file."""
        if not self.find_beside or os.path.lexists(os.path.join(self.directory, INFRA_FILE)):
            return self.directory
        return self.find_beside()

    def stored_folder(self) -> Path:
        """The folder of the stored configurations and profiles: ~/.ecs, or the sandbox's own."""
        from ecscli.config.places import folder

        return folder(self.environment, self.sandbox)

    def within(self, directory: str = "") -> Confinement:
        """Where the files of a project may lie whose first one is in `directory`; the working
        directory by default."""
        from ecscli.base.system.files import confine

        return confine(os.path.join(self.directory, directory), confined_flag(), self.environment)

    def aws(self) -> Aws:
        """The door to AWS, opened once with the effective settings."""
        if self._aws is None:
            self._aws = self.connect(self.settings())
        return self._aws

    def connect(self, settings: Settings) -> Aws:
        """AWS under these settings: the console shows lost attempts, with --verbose every call,
        and hides the keys that sign."""
        from ecscli.aws.client import Aws

        aws = Aws(settings, say=self.console.say, hide=self.console.mask.add)
        if self.console.verbose:
            aws.trace = self.console.trace
        return aws

    def report(self, events: Generator[Event, None, T]) -> T:
        """Run a workflow: print each of its events, and return its outcome."""
        from ecscli.workflows.events import result_of

        with self.console.progressing():
            return result_of(events, self.console.event)

    def sandbox_url(self) -> str | None:
        """The sandbox's address, starting it when needed; None where the sandbox was not asked
        for."""
        if not self.sandbox:
            return None
        from ecscli.sandbox.process import ensure

        return ensure(self.environment)
