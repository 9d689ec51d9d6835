"""`compose config` through the command line: what is printed where, and with which exit code."""

from tests.conftest import Cli

FILE = """
services:
  web:
    image: nginx:${TAG}
    ports: ["80:80"]
    depends_on: [db]
  db: {image: postgres, volumes: ["data:/data"]}
  tools: {image: busybox, profiles: [tools]}
volumes: {data: }
"""


def test_the_resolved_project_is_data_and_the_warnings_are_talk(cli: Cli) -> None:
    cli.write("compose.yaml", FILE)
    result = cli("compose", "config")
    assert result.code == 0
    assert result.out.startswith("name: project\nservices:\n  web:\n    image: 'nginx:'\n")
    assert 'the variable "TAG" is not set' in result.err


def test_json_is_the_same_document(cli: Cli) -> None:
    cli.write("compose.yaml", FILE)
    result = cli("compose", "config", "--format", "json", TAG="1")
    assert result.json["services"]["web"]["ports"] == [
        {"protocol": "tcp", "target": 80, "published": "80"}
    ]
    assert result.err == ""


def test_what_is_printed_can_be_read_again(cli: Cli) -> None:
    cli.write("compose.yaml", FILE)
    printed = cli("compose", "config", TAG="1").out
    assert cli("compose", "-f", "-", "config", stdin=printed).out == printed


def test_names_images_volumes_and_profiles_alone(cli: Cli) -> None:
    cli.write("compose.yaml", FILE)
    assert cli("compose", "config", "--services", TAG="1").out == "web\ndb\n"
    assert cli("compose", "config", "--images", TAG="1").out == "nginx:1\npostgres\n"
    assert cli("compose", "config", "--volumes", TAG="1").out == "data\n"
    assert cli("compose", "config", "--profiles", TAG="1").out == "tools\n"


def test_a_profile_or_a_name_turns_a_service_on(cli: Cli) -> None:
    cli.write("compose.yaml", FILE)
    assert (
        cli("compose", "--compose-profile", "tools", "config", "--services").out
        == "web\ndb\ntools\n"
    )
    assert cli("compose", "config", "--services", "tools").out == "tools\n"


def test_mistakes_are_all_told_with_their_places(cli: Cli) -> None:
    cli.write("compose.yaml", "services:\n  web: {imag: nginx, ports: [x]}\n")
    result = cli("compose", "config", "--quiet")
    assert (result.code, result.out) == (2, "")
    assert "compose.yaml:2:9: services.web: unknown key" in result.err
    assert "compose.yaml:2:30: services.web.ports[0]" in result.err
