"""What a file may cost: what a stranger writes is counted before it is expanded, and findings have
an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecscli import build_task_definition
from ecscli.base import nearest
from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import MOST_FINDINGS, FindingList
from ecscli.base.keys.shapes import Reading
from ecscli.base.yaml import yamlio
from ecscli.base.yaml.composer import LIMITS
from ecscli.cluster.read.keys import CLUSTER
from ecscli.compose.dialect import DIALECTS
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.join.include import MOST_INCLUDED
from ecscli.compose.load import load_project
from ecscli.compose.params.read import parse_params
from ecscli.compose.read import ports
from ecscli.compose.read.ports import MOST_PORTS, parse_ports
from ecscli.compose.read.setting import MOST_ENV_TEXT
from ecscli.compose.task.delivery import Deliveries

WEB = "services:\n  web:\n    image: nginx\n"


def refusal(folder: Path, text: str) -> list[str]:
    (folder / "compose.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        build_task_definition(load_project(LoadOptions(str(folder), {})))
    return [f"{finding.where}: {finding.message}" for finding in caught.value.findings]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words for which a near one was looked for."""
    import difflib

    words: list[str] = []
    real = difflib.get_close_matches

    def counted(word: str, *rest: object, **options: object) -> list[str]:
        words.append(word)
        return real(word, *rest, **options)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    return words


def test_findings_end_and_are_counted() -> None:
    found = FindingList(Finding(str(number)) for number in range(MOST_FINDINGS + 5))
    found.extend(FindingList(Finding("x") for _ in range(MOST_FINDINGS + 2)))
    shown = found.counted()
    assert len(found) == MOST_FINDINGS
    assert shown[-1].message == f"{MOST_FINDINGS + 7} more findings are not shown"
    assert FindingList(found[:3]).counted() == tuple(found[:3])


def test_no_hint_is_looked_for_that_nobody_reads(tmp_path: Path, asked: list[str]) -> None:
    lines = refusal(tmp_path, WEB + "".join(f"    unknown{number}: 1\n" for number in range(5000)))
    assert len(lines) == MOST_FINDINGS + 1
    assert lines[-1].endswith("4000 more findings are not shown")
    assert len(asked) <= 2 * MOST_FINDINGS


def test_unknown_keys_of_params_and_of_a_cluster_file_end_as_well(asked: list[str]) -> None:
    unknown = "".join(f"  unknown{number}: 1\n" for number in range(5000))
    params = parse_params(f"version: 1\ntask_definition:\n{unknown}", "ecs-params.yml", {})
    assert len(params.warnings) == MOST_FINDINGS + 1
    tree = yamlio.parse(f"capacity:\n{unknown}", "ecs-cluster.yml")
    reading = Reading(tree, strict=True)
    reading.read(CLUSTER, tree)
    found = reading.findings.errors.counted()
    assert len(found) == MOST_FINDINGS + 1
    assert found[-1].message == "4000 more findings are not shown"
    assert len(asked) <= 2 * MOST_FINDINGS + 2


def test_duplicate_keys_and_bad_lines_end(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, WEB + "    image: x\n" * 5000)) == MOST_FINDINGS + 1
    (tmp_path / "bad.env").write_text("bad line\n" * 5000)
    assert len(refusal(tmp_path, WEB + "    env_file: bad.env\n")) == MOST_FINDINGS
    with pytest.raises(InputError) as caught:
        yamlio.parse("a: 1\n" * 5000, "x.yml")
    assert len(caught.value.findings) == MOST_FINDINGS + 1


def test_nothing_is_compared_with_very_many_names(asked: list[str]) -> None:
    assert (
        nearest.nearest("web", [f"web{number}" for number in range(nearest.MOST_KNOWN + 1)]) is None
    )
    assert asked == []


@pytest.mark.parametrize(
    "key", ["ports: ['1-65535:1-65535']", "ports: ['1-65535']", "expose: ['1-65535']"]
)
def test_a_range_is_counted_before_it_is_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    expanded: list[ports.Ports] = []
    mappings = ports.Ports.mappings
    monkeypatch.setattr(
        ports.Ports, "mappings", lambda self: (expanded.append(self), mappings(self))[1]
    )
    services = "".join(f"  s{number}: {{image: nginx, {key}}}\n" for number in range(300))
    lines = refusal(tmp_path, f"services:\n{services}")
    assert sum(one.number for one in expanded) <= MOST_PORTS
    assert lines[0].startswith("compose.yaml:3:")
    assert f"stand for more than {MOST_PORTS} ports" in lines[0]


def test_the_number_of_a_short_form_is_that_of_its_mappings() -> None:
    for spec in ("80", "1-10", "1-10:1-10", "1-10:80", "0:80", "1-65535:80", "0:5-7"):
        for dialect in DIALECTS:
            written = parse_ports(spec, dialect)
            assert written.number == len(written.mappings())


def test_the_ports_of_a_project_are_looked_up_and_not_searched(tmp_path: Path) -> None:
    """Twelve thousand clashing ports: each finding has its place, and the findings end."""
    (tmp_path / "compose.yaml").write_text(
        "services:\n  a: {image: nginx, ports: ['1-6000:1-6000']}\n  b: {image: nginx, ports:"
        " ['1-6000:1-6000']}\n"
    )
    with pytest.raises(InputError) as caught:
        build_task_definition(load_project(LoadOptions(str(tmp_path), {})))
    assert len(caught.value.findings) <= MOST_FINDINGS + 2


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [("[", "]", LIMITS.depth), ("{a: ", "}", LIMITS.depth)],
    ids=["lists", "mappings"],
)
def test_nesting_ends_exactly_at_its_limit(opening: str, closing: str, levels: int) -> None:
    assert LIMITS.depth == 100
    yamlio.parse(opening * levels + "x" + closing * levels, "x.yml")
    with pytest.raises(InputError, match="nested more than 100 levels deep"):
        yamlio.parse(opening * (levels + 1) + "x" + closing * (levels + 1), "x.yml")


def test_includes_that_double_at_each_step_end(tmp_path: Path) -> None:
    for number in range(40):
        other = f"{number + 1}.yaml"
        (tmp_path / f"{number}.yaml").write_text(f"include: [{other}, ./{other}]\n")
    (tmp_path / "40.yaml").write_text(WEB)
    lines = refusal(tmp_path, "include: [0.yaml]")
    assert f"more than {MOST_INCLUDED} files are included" in lines[0]
    assert len(lines) == 1


def test_what_env_files_bring_in_all_has_an_end(tmp_path: Path) -> None:
    (tmp_path / "large.env").write_text(f"A={'x' * 1_000_000}")
    many = MOST_ENV_TEXT // 1_000_000 + 2
    services = "".join(
        f"  s{number}: {{image: nginx, env_file: large.env}}\n" for number in range(many)
    )
    lines = refusal(tmp_path, f"services:\n{services}")
    assert f"env files bring more than {MOST_ENV_TEXT} characters" in lines[0]


@pytest.mark.parametrize("key", ["env_file", "label_file"])
def test_an_env_file_of_more_than_a_mebibyte_is_refused_where_it_is_named(
    tmp_path: Path, key: str
) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(300_000_000)
    (line,) = refusal(tmp_path, WEB + f"    {key}: large\n")
    assert line.startswith("compose.yaml:4:")
    assert "large has more than 1048576 bytes" in line


def test_one_config_given_many_times_is_not_kept_many_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Deliveries] = []
    deliver = Deliveries.deliver
    monkeypatch.setattr(
        Deliveries, "deliver", lambda self, request: (kept.append(self), deliver(self, request))[1]
    )
    (tmp_path / "file").write_text("x" * 40_000)
    grants = "".join(f"      - {{source: c, target: /etc/c/{number}}}\n" for number in range(100))
    lines = refusal(tmp_path, WEB + f"    configs:\n{grants}configs: {{c: {{file: file}}}}\n")
    assert len([line for line in lines if "come to more than 65536 bytes" in line]) == 1
    assert len(kept[0].files) == 1


def test_lines_of_an_env_file_of_version_2_keep_the_first_of_a_name(tmp_path: Path) -> None:
    text = WEB.replace("nginx", "nginx\n    environment: [KEEP=1, LONGER=2]\n    env_file: web.env")
    (tmp_path / "docker-compose.yml").write_text(f"version: '2'\n{text}")
    (tmp_path / "web.env").write_text("KEEP=9\nLONG\nNEW=3\nNEW=4\nLO=5\n")
    service = load_project(LoadOptions(str(tmp_path), {})).services[0]
    assert service.environment == (("KEEP", "1"), ("LONGER", "2"), ("NEW", "3"), ("LO", "5"))
