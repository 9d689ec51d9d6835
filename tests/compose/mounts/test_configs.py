"""Which configs are baked, and which a container of the task delivers."""

from pathlib import Path

import pytest

from ecscli.compose.task.delivery import NAME
from tests.compose.mounts.project import judged


def is_baked(directory: Path, image: str, target: str, build: str = "") -> bool:
    """Whether a config at a target is baked over an image."""
    (directory / "conf").write_text("x")
    text = f"""
services: {{web: {{image: {image}, {build} configs: [{{source: c, target: '{target}'}}]}}}}
configs: {{c: {{file: ./conf}}}}
"""
    definition, found = judged(directory, text)
    assert not found.errors, found.errors
    names = [one["name"] for one in definition.request["containerDefinitions"]]
    notices = [one.message for one in definition.notices]
    baked = any(f"web: config c at {target}" in one for one in notices)
    assert baked == (NAME not in names)
    return baked


@pytest.mark.parametrize(
    ("image", "target", "expected"),
    [
        ("nginx", "/etc/nginx/nginx.conf", True),
        ("nginx", "/etc/nginx/conf.d/x.conf", True),
        ("docker.io/library/nginx:1", "/usr/share/nginx/html/x", True),
        ("prom/prometheus", "/etc/prometheus/prometheus.yml", True),
        ("mariadb:11", "/etc/mysql/conf.d/x.cnf", True),
        ("postgres", "/etc/ssl/certs/ca.pem", True),
        ("me/thing", "/c", True),
        ("me/thing", "/etc/c", True),
        ("me/thing", "/app/c", True),
        ("me/thing", "/run/configs/c", False),
        ("me/thing", "/config/c", False),
        ("nginx", "/etc/web/c", False),
    ],
)
def test_a_config_is_baked_where_a_volume_would_hide_the_image(
    tmp_path: Path, image: str, target: str, expected: bool
) -> None:
    assert is_baked(tmp_path, image, target) == expected


def test_what_a_dockerfile_fills_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nWORKDIR /srv/shop\nCOPY . .\n")
    assert is_baked(tmp_path, "shop", "/srv/shop/conf/c", "build: .,")
    assert not is_baked(tmp_path, "shop", "/srv/other/c", "build: .,")


def test_a_config_that_cannot_be_read_has_one_error(tmp_path: Path) -> None:
    text = """
services: {web: {image: nginx, configs: [{source: c, target: /etc/nginx/nginx.conf}]}}
configs: {c: {file: ./missing}}
"""
    _, found = judged(tmp_path, text)
    (error,) = found.errors
    assert "does not exist" in error.message
