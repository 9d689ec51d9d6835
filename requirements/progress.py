"""Run pip, and show on one line how far it is: `python progress.py REQUIREMENTS PIP...`.

On a terminal the line is redrawn; elsewhere one is printed every ten seconds.
What pip says is shown only where it fails.
"""

import re
import subprocess
import sys
import time

EVERY = 10.0  # seconds between lines without a terminal
STEP = re.compile(r"(?:Collecting|Requirement already satisfied:) ([^\s=<>;]+)")
INSTALLING = "Installing collected packages"


def main(requirements, *command):
    with open(requirements, encoding="utf-8") as file:
        total = sum(bool(re.match(r"[A-Za-z0-9]", line)) for line in file)
    started, found, said, installing = time.monotonic(), 0, [], False
    shown = started
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout:
            said.append(line)
            found += bool(STEP.match(line))
            installing = installing or line.startswith(INSTALLING)
            shown = show(progress(found, total, installing, started), shown)
    if sys.stdout.isatty():
        write("\r\x1b[K")
    if pip.returncode:
        sys.stderr.writelines(said)
        return pip.returncode
    write(f"{found} packages in {time.monotonic() - started:.0f} s\n")
    return 0


def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def progress(found, total, installing, started):
    what = f"installing {found} packages" if installing else f"package {found} of at most {total}"
    return f"  {what}, {time.monotonic() - started:.0f} s"


def show(text, shown):
    """Show the line; the time at which one was shown last."""
    if sys.stdout.isatty():
        write(f"\r\x1b[K{text}")
    elif time.monotonic() - shown > EVERY:
        write(f"{text}\n")
        return time.monotonic()
    return shown


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
