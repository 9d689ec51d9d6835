"""The docker command at work -> Events: the steps of its builds as they come, and why one failed,
with the line of the Dockerfile."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Generator, Iterator, Mapping, Sequence

from ecscli.base.errors import EcsCliError
from ecscli.base.printable import colourless
from ecscli.base.records import field, mutable
from ecscli.registry.builders.bake import target_name
from ecscli.registry.builders.dockerfile import place_of
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.progress import LINE
from ecscli.up.model import Event

LAST_LINES = 20  # of a failed build
PATIENCE = 10  # seconds for a command that was told to end
# `#7 [web live 3/7] RUN pip install`: in a bake of several targets their names come first
STEP = re.compile(r"#\d+ \[(?P<label>[^\]]*\d+/\d+)\] (?P<words>.*)")
OUTPUT = re.compile(r"#\d+ (?:\d+\.\d+ )?(?P<text>.*)")
FAILED_STEP = re.compile(r" > \[(?P<label>[^\]]*)\] ?(?P<words>.*?):?")
PLACE = re.compile(r"\S+:(?P<line>\d+)")  # alone on its line, before the instruction
ERROR = re.compile(
    r"(?:ERROR|error): (?P<text>.+)|(?P<other>.*failed to solve.*|executor failed.*)"
)
PUSH = re.compile(r"failed to push|failed to copy: failed to do request")
SOLVING = re.compile(r"^failed to solve(?: with frontend [\w.-]+)?: ")


@mutable
class Log:
    """What a command has printed so far, as far as its failure is explained by it."""

    last: list[str] = field(default_factory=list)
    error: str = ""
    line: int | None = None
    label: str = ""
    instruction: str = ""

    def add(self, line: str) -> None:
        """Note a line."""
        failed, place, error = (form.fullmatch(line) for form in (FAILED_STEP, PLACE, ERROR))
        if failed:
            self.label, self.instruction = failed["label"], failed["words"]
        if place:
            self.line = int(place["line"])
        if error:
            self.error = _cleaned(error["text"] or error["other"])
        self.last = [*self.last, line][-LAST_LINES:]


def _cleaned(text: str) -> str:
    """The error without the words that only lead to it."""
    before = ""
    while before != text:
        before, text = text, SOLVING.sub("", text)
    return text.strip()


def run_docker(
    words: Sequence[str], environment: Mapping[str, str], recipes: Sequence[Recipe]
) -> Generator[Event, None, None]:
    """Run a build of the docker command for these recipes; an event for each step. Raises
    EcsCliError with the last lines of a failed one."""
    log = Log()
    with subprocess.Popen(
        words,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
    ) as process:
        try:
            yield from _steps(process, log, recipes)
        finally:
            _end(process)
    if process.returncode:
        raise _failure(log, recipes)


def _steps(
    process: subprocess.Popen[bytes], log: Log, recipes: Sequence[Recipe]
) -> Iterator[Event]:
    assert process.stdout is not None
    for raw in process.stdout:
        line = colourless(raw.decode(errors="replace").rstrip())
        log.add(line)
        step, output = STEP.match(line), OUTPUT.match(line)
        if step:
            recipe, label = _target_of(step["label"], recipes)
            yield Event(f"{recipe.service}: [{label}] {step['words']}", "progress")
        if output and output["text"]:
            yield Event("", "live", {"lines": (output["text"][:LINE],)})


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that was left, so that it does not build on."""
    if process.poll() is not None:
        return
    try:
        process.wait(PATIENCE if process.stdout and process.stdout.closed else 1)
    except subprocess.TimeoutExpired:
        process.terminate()


def _target_of(label: str, recipes: Sequence[Recipe]) -> tuple[Recipe, str]:
    """The recipe of a step's label, and the label without its name."""
    name, _, rest = label.partition(" ")
    for recipe in recipes:
        if len(recipes) > 1 and target_name(recipe.key) == name:
            return recipe, rest
    return recipes[0], label


def _failure(log: Log, recipes: Sequence[Recipe]) -> EcsCliError:
    recipe, _ = _target_of(log.label, recipes)
    why = log.error or (log.last[-1] if log.last else "docker printed nothing")
    names = ", ".join(one.service for one in recipes)
    verb = "pushed" if PUSH.search(why) else "built"
    message = f"the image of {recipe.service if log.label else names} cannot be {verb}: {why}"
    place = place_of(recipe, why, log.instruction, log.line)
    return EcsCliError(message, place, _hint(why), log.last)


def _hint(why: str) -> str | None:
    """What to do about errors with a usual cause."""
    if "exec format error" in why:
        return (
            "this machine does not run programs of that platform: build on one that does, or set"
            " platform"
        )
    if "denied" in why or "401 Unauthorized" in why:
        return "the registry refused the login: check the account, the region and its policy"
    if PUSH.search(why):
        return "run the command again: layers that arrived are kept"
    return None


def output_of(
    words: Sequence[str], environment: Mapping[str, str], patience: float = PATIENCE
) -> str | None:
    """What a short command prints; None where it fails or does not end."""
    try:
        done = subprocess.run(
            words,
            env=dict(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=patience,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()
