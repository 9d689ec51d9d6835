"""Ctrl-C as a terminal sends it: a signal to the process itself."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Cli

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent.parent
LIMIT = 50  # seconds; the AWS that keeps silent would be waited for longer
# A shell's background job, as tests may be, has Ctrl-C ignored.
PROGRAM = """\
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("ecscli", run_name="__main__")
"""


@pytest.mark.parametrize(
    "words",
    [
        "up --capability-iam",
        "compose stop",
        "ps",
    ],
)
def test_ctrl_c_does_not_wait_for_answers_that_do_not_come(cli: Cli, words: str) -> None:
    cli.write("compose.yml", "services: {web: {image: nginx}}\n")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-c", PROGRAM, *words.split(), "--cluster", "demo"]
        environment = {
            **cli.environment,
            **keys,
            "AWS_ENDPOINT_URL": endpoint,
            "PYTHONPATH": str(ROOT),
        }
        process = subprocess.Popen(
            command,
            cwd=cli.directory,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            asked, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=LIMIT)
            asked.close()
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == 130, err
    assert out == ""
    assert "error: Interrupted." in err
    assert "nothing was deleted; run the command again to go on" in err
    assert "Traceback" not in err
