"""What becomes of the image of a service with `build:`, whoever asks."""

from pathlib import Path

import pytest

from ecscli.aws.image_reference import Reference
from ecscli.base.findings import Findings
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.compose.params.read import parse_params
from ecscli.registry.builds.decide import ImageFacts, Verdict, Wish, decide, names_registry
from ecscli.registry.builds.plan import Builds, answered, plan_builds, refusals
from ecscli.registry.builds.recipes import Workshop
from ecscli.registry.stock import Stock, future_host

TABLE = {
    Verdict.GIVEN: [ImageFacts(is_given=True, always=True, keeps_ecs_cli=True)],
    Verdict.SKIPPED: [ImageFacts(keeps_ecs_cli=True), ImageFacts(keeps_ecs_cli=True, never=True)],
    Verdict.NAMED: [ImageFacts(names_registry=True), ImageFacts(names_registry=True, in_ecr=True)],
    Verdict.FUTURE: [ImageFacts(), ImageFacts(always=True), ImageFacts(never=True)],
    Verdict.REUSED: [ImageFacts(in_ecr=True), ImageFacts(in_ecr=True, never=True)],
    Verdict.REFUSED: [ImageFacts(in_ecr=False, never=True)],
    Verdict.BUILT: [
        ImageFacts(in_ecr=False),
        ImageFacts(in_ecr=True, always=True),
        ImageFacts(in_ecr=False, always=True, keeps_ecs_cli=True, names_registry=True),
    ],
}


@pytest.mark.parametrize("verdict", Verdict)
def test_the_table(verdict: Verdict) -> None:
    assert [decide(facts) for facts in TABLE[verdict]] == [verdict] * len(TABLE[verdict])


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (None, False),
        ("nginx", False),
        ("team/app:v1", False),
        ("ghcr.io/me/app", True),
        ("localhost/app", True),
        ("registry:5000/app", True),
    ],
)
def test_which_images_name_a_registry(image: str | None, expected: bool) -> None:
    assert names_registry(image) is expected


NO_WISH = Wish()


def builds_of(directory: Path, text: str, wish: Wish = NO_WISH) -> Builds:
    (directory / "Dockerfile").write_text("FROM scratch\n")
    (directory / "compose.yml").write_text(text)
    project = load_project(LoadOptions(directory=str(directory), environment={}))
    workshop = Workshop(project, ImageSettings(), None, lambda context: None)
    return plan_builds(workshop, wish, lambda one: future_host(one, None, None), Findings())


FILE = "name: shop\nservices:\n  a: {build: .}\n  b: {build: ., image: 'ghcr.io/me/b'}\n"


def test_found_images_are_named_by_digest_and_missing_ones_refused_or_built(tmp_path: Path) -> None:
    builds = builds_of(tmp_path, FILE)
    (recipe,) = builds.recipes(Verdict.FUTURE)
    assert builds.images == {
        "a": f"<account>.dkr.ecr.<region>.amazonaws.com/shop/a:{recipe.reference.tag}"
    }
    (notice,) = builds.findings.notices
    assert "ghcr.io/me/b is used as it is" in notice.message

    def host(reference: Reference) -> str:
        return "host"

    found = answered(builds, Stock({recipe.reference: "sha256:x"}), host)
    assert found.images == {"a": "host/shop/a@sha256:x"}
    missing = answered(builds, Stock({}), host)
    assert missing.recipes(Verdict.BUILT) == (recipe,)
    never = answered(builds_of(tmp_path, FILE, Wish(never=True)), Stock({}), host)
    assert [finding.message for finding in refusals(never)] == [
        f"services.a.image: {recipe.name} is not in ECR"
    ]


def test_a_file_that_ecs_cli_read_is_built_only_when_asked(tmp_path: Path) -> None:
    old = f"version: '2'\n{FILE.partition(chr(10))[2]}"
    assert builds_of(tmp_path, old).images == {}
    assert set(builds_of(tmp_path, old, Wish(always=True)).images) == {"a", "b"}


def test_settings_of_ecs_params_are_over_those_of_the_compose_file(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(
        "services: {a: {image: x}}\n"
        "x-ecs: {images: {keep: 3, tag: git, builder: docker, what: 1}}\n"
    )
    project = load_project(LoadOptions(directory=str(tmp_path), environment={}))
    params = parse_params("images: {keep: 5, repository: 'x/{service}'}", "ecs-params.yml", {})
    params = with_extension(params, project)
    settings = ImageSettings(**params.images)
    assert (settings.keep, settings.tag, settings.repository) == (5, "{git}", "x/{service}")
    assert [finding.message for finding in params.errors] == [
        'x-ecs.images.builder: must be one of auto, buildx, buildkit, engine; it is "docker"'
    ]
    assert [finding.message for finding in params.warnings] == [
        "x-ecs.images.what: is not known and has no effect"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("repository: Shop", "a repository's name"),
        ("repository: '{x}'", "{x} is not known"),
        ("tag: 'a b'", "must be content, git or a tag"),
        ("tag: '{version}'", "{version} is not known"),
        ("registry: docker.io", "a registry of ECR"),
        ("encryption: RSA", "AES256, KMS"),
        ("keep: -1", "at least 0"),
        ("build: sometimes", "must be one of"),
        ("cache: gha", "must be one of"),
    ],
)
def test_settings_that_cannot_be_are_named(text: str, message: str) -> None:
    from ecscli.compose.params.read import read_params

    params = read_params(f"images: {{{text}}}", "ecs-params.yml", {})
    (error,) = params.errors
    assert message in error.message
    assert error.message.startswith("images.")


def test_a_missing_file_is_one_error_for_each_service(tmp_path: Path) -> None:
    builds = builds_of(tmp_path, "services: {a: {build: none}, b: {build: {dockerfile: D}}}\n")
    messages = [finding.message for finding in builds.findings.errors]
    assert [message.partition(tmp_path.name)[0].strip() for message in messages]
    assert "services.a.build: there is no directory" in messages[0]
    assert "services.b.build: there is no file" in messages[1]


@pytest.mark.parametrize(
    "key",
    [
        "additional_contexts: {x: ../out}",
        "ssh: ['default=/outside/key']",
        "cache_to: ['type=local,dest=/outside']",
        "cache_from: ['type=local,src=/outside']",
    ],
)
def test_a_confined_build_reads_and_writes_nothing_outside(tmp_path: Path, key: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "compose.yml").write_text(f"services: {{a: {{build: {{context: ., {key}}}}}}}\n")
    options = LoadOptions(directory=str(tmp_path), environment={}, confined=True)
    workshop = Workshop(load_project(options), ImageSettings(), None, lambda context: None)
    findings = Findings()
    plan_builds(workshop, NO_WISH, lambda one: "host", findings)
    (error,) = findings.errors
    assert "lies outside of the project" in error.message


def test_images_that_need_each_other_are_refused(tmp_path: Path) -> None:
    text = "services:\n"
    for name, other in (("a", "b"), ("b", "a")):
        context = f"{{context: ., additional_contexts: {{x: 'service:{other}'}}}}"
        text += f"  {name}: {{build: {context}}}\n"
    errors = builds_of(tmp_path, text).findings.errors
    assert "the images need each other: a -> b -> a" in errors[0].message
