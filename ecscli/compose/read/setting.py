"""What every file of a project shares: dialect, variables, and where paths start."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ecscli.base.marks import Mark
from ecscli.base.records import record
from ecscli.base.system.files import UNCONFINED, Confinement, Unreadable
from ecscli.compose.dialect import Dialect
from ecscli.compose.find.files import read_text, shown_path
from ecscli.compose.read.reader import Journal

MOST_ENV_TEXT = 8 * 1024 * 1024


@record
class Setting:
    """What is the same for every file of one project (or of one included project)."""

    dialect: Dialect
    directory: str
    home: str
    variables: Mapping[str, str]
    journal: Journal
    name: str = ""
    start: str = ""  # the working directory, where the paths in messages begin
    within: Confinement = UNCONFINED

    def shown(self, path: str) -> str:
        return shown_path(path, self.start or self.directory)

    def absolute(self, path: str) -> str:
        """A path of a file, from the project directory."""
        return os.path.normpath(os.path.join(self.directory, path))

    def text_of(self, path: str) -> str:
        """The text of an env file or label file that a service names; raises InputError."""
        name = self.shown(path)
        text = read_text(path, name, self.within)
        self.journal.env_text += len(text)
        if self.journal.env_text > MOST_ENV_TEXT:
            message = f"env files bring more than {MOST_ENV_TEXT} characters into the project"
            raise Unreadable(message, Mark(name, 1, 1), "use smaller files, or fewer")
        return text
