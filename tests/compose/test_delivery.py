"""The container that delivers files does: its script, run by a shell, writes what the project
says."""

import os
import stat
import subprocess
from pathlib import Path

from ecscli import build_task_definition, load_project
from ecscli.compose.task.delivery import NAME
from tests.compose.scenarios import expected


def test_the_script_writes_the_files(tmp_path: Path) -> None:
    containers = expected("configs-file-ec2")["request"]["containerDefinitions"]
    writer = next(container for container in containers if container["name"] == NAME)
    for mount in writer["mountPoints"]:
        (tmp_path / mount["containerPath"].lstrip("/")).mkdir()
    shell, flag, script = writer["command"]
    here = script.replace("/files-", f"{tmp_path}/files-")
    lines = [line for line in here.splitlines() if not line.startswith("chown")]  # only root may
    variables = {pair["name"]: pair["value"] for pair in writer["environment"]}
    subprocess.run(
        [shell, flag, "\n".join(lines)], check=True, env={"PATH": os.environ["PATH"], **variables}
    )
    config = tmp_path / "files-web-0" / "app.conf"
    assert stat.S_IMODE(config.stat().st_mode) == 0o400
    config.chmod(0o600)
    assert config.read_text() == "listen = 80\n"
    assert (tmp_path / "files-web-0" / "motd").read_text() == "hello"
    assert (tmp_path / "files-web-1" / "region").read_text() == "eu"


def test_the_content_of_a_secret_never_stands_in_a_request() -> None:
    containers = expected("secrets-as-file-fargate")["request"]["containerDefinitions"]
    writer = next(container for container in containers if container["name"] == NAME)
    assert "environment" not in writer
    assert writer["secrets"] == [{"name": "FILE_0", "valueFrom": "/prod/token"}]


def test_the_image_of_the_writer_can_be_a_digest_of_one_s_own(tmp_path: Path) -> None:
    image = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/busybox@sha256:{'0' * 64}"
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web: {image: nginx, configs: [{source: c, target: /etc/web/c}]}\nconfigs: {c:"
        " {content: x}}\n"
    )
    (tmp_path / "ecs-params.yml").write_text(
        f"version: 1\ntask_definition: {{files_image: '{image}'}}\n"
    )
    request = build_task_definition(load_project(directory=str(tmp_path)))
    assert {one["name"]: one["image"] for one in request["containerDefinitions"]} == {
        "web": "nginx",
        NAME: image,
    }
