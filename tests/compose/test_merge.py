"""Two files of a project: what the second leaves empty, resets or overrides."""

import pytest
import yaml

from tests.conftest import Cli

BASE = """\
services:
  web:
    image: nginx
    ports: ["80:80"]
    environment: {A: "1"}
    networks: [front]
networks:
  front: {driver: bridge}
"""


def joined(cli: Cli, over: str) -> dict[str, dict[str, dict[str, object]]]:
    cli.write("base.yml", BASE)
    cli.write("over.yml", over)
    done = cli("compose", "-f", "base.yml", "-f", "over.yml", "config")
    assert done.code == 0, done.err
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(done.out)
    return found


@pytest.mark.parametrize("section", ["networks", "services"])
def test_a_section_that_the_second_file_leaves_empty_changes_nothing(
    cli: Cli, section: str
) -> None:
    same = joined(cli, "services: {web: {image: nginx}}\n")
    other = "services: {web: {image: nginx}}\n" if section == "networks" else ""
    assert joined(cli, f"{section}:\n{other}") == same


def test_an_entry_that_the_second_file_leaves_empty_changes_nothing(cli: Cli) -> None:
    empty = joined(cli, "networks: {front: }\nservices: {web: {image: nginx}}\n")
    assert empty == joined(cli, "services: {web: {image: nginx}}\n")


def test_reset_takes_away_and_override_takes_the_place(cli: Cli) -> None:
    over = "services: {web: {environment: !reset {B: '2'}, ports: !override ['81:81']}}\n"
    web = joined(cli, over)["services"]["web"]
    assert "environment" not in web
    assert [port["published"] for port in web["ports"]] == ["81"]  # type: ignore[attr-defined]


def test_the_same_in_a_single_file(cli: Cli) -> None:
    cli.write(
        "compose.yml",
        "services: {web: {image: nginx, environment: !reset {B: '2'}, ports: !override ['81:81']}}\n",
    )
    web = yaml.safe_load(cli("compose", "config").out)["services"]["web"]
    assert "environment" not in web
    assert [port["published"] for port in web["ports"]] == ["81"]
