"""Binds that show the source tree over the image are left out, and nothing else is."""

from pathlib import Path

import pytest

from tests.compose.mounts.project import judged, mounts_of


def test_mounts_for_development_are_left_out_with_one_notice(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Dockerfile").write_text("FROM node\nWORKDIR /app\nCOPY . .\n")
    (tmp_path / "web/package.json").write_text("{}")
    (tmp_path / "api").mkdir()
    (tmp_path / "api/Dockerfile").write_text("FROM python\nCOPY . /code\n")
    definition, found = judged(
        tmp_path,
        """
services:
  web:
    build: web
    volumes: ["./web:/app", "/app/node_modules", "./web/package.json:/app/package.json", "data:/x"]
  api:
    build: api
    volumes:
      - {type: bind, source: ./api, target: /code/}
      - /cache
volumes: {data: }
""",
    )
    assert mounts_of(definition) == [("data", "/x")]
    assert mounts_of(definition, "api") == [("volume-1", "/cache")]
    (notice,) = [one for one in found.notices if "development" in one.message]
    assert notice.message == (
        "mounts for development are left out, as the images have these files: api: api at /code;"
        " web: web at /app, /app/node_modules, web/package.json at /app/package.json"
    )
    assert notice.where is not None
    assert not found.errors


@pytest.mark.parametrize(
    ("dockerfile", "mount", "is_left_out"),
    [
        ("FROM a\n", "./app/src:/anywhere", True),  # a directory of the context
        ("FROM a\nWORKDIR /srv/app\n", "./other:/srv", True),  # covers the working directory
        ("FROM a\nCOPY x /srv/x\n", "./other:/srv/x", True),
        ("FROM a\nCOPY --from=b /x /srv/x\n", "./other:/srv", True),
        ("FROM a\nCOPY x /srv/x\n", "/srv:/other", False),
        ("FROM a\nWORKDIR /srv/app\n", "/srv/www:/srv/app/static", False),
        ("FROM a\nCOPY . /code\n", "./app/x:/code/x", True),  # the file that COPY put there
    ],
)
def test_which_binds_are_for_development(
    tmp_path: Path, dockerfile: str, mount: str, is_left_out: bool
) -> None:
    for name in ("app/src", "other"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("app/x", "other/file"):
        (tmp_path / name).write_text("x")
    (tmp_path / "app/Dockerfile").write_text(dockerfile)
    text = f"services: {{web: {{build: app, volumes: ['{mount}']}}}}"
    definition, found = judged(tmp_path, text)
    assert (mounts_of(definition) == []) == is_left_out
    assert any("for development" in one.message for one in found.notices) == is_left_out


def test_what_the_builder_does_not_get_is_baked(tmp_path: Path) -> None:
    for name in ("app/.env", "app/page"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "app/Dockerfile").write_text("FROM a\nCOPY . /app\n")
    (tmp_path / "app/.dockerignore").write_text(".env\n")
    mounts = "['./app/.env:/app/.env', './app/page:/app/page']"
    definition, _ = judged(tmp_path, f"services: {{web: {{build: app, volumes: {mounts}}}}}")
    notices = [one.message for one in definition.notices]
    assert any("for development" in one and "web: app/page at" in one for one in notices)
    assert any("baked" in one and "web: app/.env at /app/.env" in one for one in notices)


def test_a_dockerfile_in_the_compose_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    text = """
services:
  web:
    build: {context: app, dockerfile_inline: "ARG D\\nFROM a\\nARG D\\nWORKDIR $$D", args: {D: /w}}
    volumes: ["/srv/x:/w"]
"""
    definition, _ = judged(tmp_path, text)
    assert mounts_of(definition) == []


@pytest.mark.parametrize("version", ['"2"', '"3"'])
def test_files_of_ecs_cli_keep_their_mounts(tmp_path: Path, version: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nWORKDIR /app\n")
    text = f"version: {version}\nservices: {{web: {{image: a, build: ., volumes: ['.:/app']}}}}"
    definition, _ = judged(tmp_path, text)
    assert [path for _, path in mounts_of(definition)] == ["/app"]
