"""The archive of a build context: what is in it, and what a stranger's links and lists cannot put
into it."""

import os
import tarfile
from pathlib import Path

import pytest

from ecscli.aws.image_reference import Reference
from ecscli.base.errors import InputError
from ecscli.base.system.files import UNCONFINED, Confinement
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.contexts import archive as archives
from ecscli.registry.contexts.content import Ingredients
from ecscli.registry.contexts.tree import MOST_BYTES

SECRET = "aws_secret_access_key"


def pack(
    context: Path, within: Confinement = UNCONFINED, **more: str
) -> tuple[dict[str, str | None], str]:
    """What the archive holds: texts of files, None for anything else; and the name of the
    Dockerfile in it."""
    options = {"dockerfile_inline": more["inline"]} if "inline" in more else {}
    source = Ingredients(
        str(context), more.get("dockerfile"), options, {}, ("linux/amd64",), within
    )
    recipe = Recipe(("web",), source, Reference("web"))
    with archives.archive(recipe) as (packed, name), tarfile.open(fileobj=packed) as tar:
        found: dict[str, str | None] = {}
        for entry in tar:
            file = tar.extractfile(entry) if entry.isfile() else None
            found[entry.name] = file.read().decode() if file else None
        return found, name


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a context, and a file beside it that no build may see."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "credentials").write_text(SECRET)
    web = tmp_path / "shop" / "web"
    web.mkdir(parents=True)
    (web / "Dockerfile").write_text("FROM scratch\n")
    (web / "page").write_text("hello")
    return tmp_path / "shop"


def test_files_in_and_ignored_files_out(shop: Path) -> None:
    (shop / "web" / "node_modules").mkdir()
    (shop / "web" / "node_modules" / "big").write_text("x")
    (shop / "web" / ".dockerignore").write_text("# not these\nnode_modules\n*.log\n!keep.log\n")
    for name in ("a.log", "keep.log"):
        (shop / "web" / name).write_text(name)
    found, dockerfile = pack(shop / "web")
    assert dockerfile == "Dockerfile"
    assert sorted(found) == [".dockerignore", "Dockerfile", "keep.log", "page"]


def test_links_stay_links(shop: Path) -> None:
    (shop / "web" / "file").symlink_to("../../outside/credentials")
    (shop / "web" / "folder").symlink_to("../../outside")
    found, _ = pack(shop / "web")
    assert found["file"] is None
    assert found["folder"] is None
    assert SECRET not in str(found)


@pytest.mark.parametrize("more", [{"dockerfile": "../Dockerfile"}, {"inline": "FROM scratch\n"}])
def test_a_dockerfile_from_elsewhere_comes_along_under_a_name_that_no_copy_takes(
    shop: Path, more: dict[str, str]
) -> None:
    (shop / "Dockerfile").write_text("FROM scratch\n")
    found, name = pack(shop / "web", **more)
    assert found[name] == "FROM scratch\n"
    assert name in str(found[".dockerignore"]).splitlines()


@pytest.mark.parametrize("more", [{}, {"inline": "FROM scratch\nCOPY .dockerignore /\n"}])
def test_a_list_of_ignored_files_that_is_a_link_brings_nothing_in(
    shop: Path, more: dict[str, str]
) -> None:
    (shop / "web" / ".dockerignore").symlink_to(shop.parent / "outside" / "credentials")
    assert SECRET not in str(pack(shop / "web", **more))
    with pytest.raises(InputError, match="outside of the project"):
        pack(shop / "web", Confinement(str(shop)), **more)
    (shop / "web" / ".dockerignore").unlink()
    (shop / "web" / ".dockerignore").symlink_to("/proc/self/environ")
    with pytest.raises(InputError, match="the system's own"):
        pack(shop / "web", **more)


def test_a_confined_build_reads_nothing_outside_of_the_project(shop: Path) -> None:
    within = Confinement(str(shop))
    (shop / "out").symlink_to("../outside")
    (shop / "Dockerfile").write_text("FROM scratch\n")
    assert pack(shop / "web", within, dockerfile="../Dockerfile")
    for context, dockerfile in (
        ("out", "credentials"),
        ("../outside", "credentials"),
        ("web", "../out/credentials"),
    ):
        with pytest.raises(InputError, match="outside of the project"):
            pack(shop / context, within, dockerfile=dockerfile)


@pytest.mark.parametrize(
    "dockerfile", ["/proc/self/environ", "../../../../../../../../../proc/self/environ"]
)
def test_the_process_s_own_files_are_no_dockerfile(shop: Path, dockerfile: str) -> None:
    with pytest.raises(InputError, match="the system's own"):
        pack(shop / "web", dockerfile=dockerfile)


def test_a_pipe_is_not_waited_for(shop: Path) -> None:
    os.mkfifo(shop / "web" / "pipe")
    found, _ = pack(shop / "web")
    assert "pipe" not in found
    (shop / "web" / "Dockerfile").unlink()
    os.mkfifo(shop / "web" / "Dockerfile")
    with pytest.raises(InputError, match="a pipe"):
        pack(shop / "web")


def test_a_context_without_end_is_refused(shop: Path) -> None:
    with (shop / "web" / "sparse").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(InputError, match="the context has 2048 MiB") as caught:
        pack(shop / "web")
    assert ".dockerignore" in str(caught.value.hint)
    (shop / "web" / ".dockerignore").write_text("sparse")
    assert pack(shop / "web")
