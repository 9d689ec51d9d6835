"""`load_balancer` of Compose files and ecs-params in both layouts: what is balanced, what becomes
of its port mappings, and everything that is refused with its place."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.base.balanced import (
    GRPC,
    HTTP,
    HTTPS,
    TCP,
    TCP_UDP,
    UDP,
    BalancedPort,
    TargetHealth,
)
from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.compose.balancing.conflicts import perhaps_without_tls
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_params
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.judge import JudgedProject, judge_groups
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.task.definition import TaskDefinition, TaskSettings
from ecscli.compose.verdict import judge
from ecscli.support.balancer.model import BalancedGroup, WantedBalancer
from ecscli.support.balancer.part import balancer_part

SERVICES = """\
services:
  web:
    image: nginx
    ports: ["8080:80"]
    healthcheck: {test: "curl -f http://localhost:9000/healthz || exit 1", interval: 15s}
    x-ecs: {load_balancer: %s}
  api:
    image: httpd
    ports: ["8000"]
    x-ecs: {load_balancer: %s}
"""


class Files:
    """A folder with a Compose file and ecs-params."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, web: str, api: str = "false", more: str = "", params: str = "") -> "Files":
        return self.text(SERVICES % (web, api) + more, params)

    def text(self, compose: str, params: str = "") -> "Files":
        (self.folder / "compose.yml").write_text(compose)
        if params:
            (self.folder / "ecs-params.yml").write_text(params)
        return self

    def _settings(self, launch: str | None, flag: bool) -> TaskSettings:
        return TaskSettings(LaunchFlags(launch), balance=flag)

    def task(
        self, launch: str | None = "EC2", *, flag: bool = False
    ) -> tuple[TaskDefinition, Findings]:
        project = load_project(LoadOptions(str(self.folder), {}, project_name="shop"))
        params = with_extension(load_params(str(self.folder), None, {}), project)
        return judge(project, params, self._settings(launch, flag))

    def services(self, launch: str | None = "EC2", *, flag: bool = False) -> JudgedProject:
        project = load_project(LoadOptions(str(self.folder), {}, project_name="shop"))
        params = with_extension(load_params(str(self.folder), None, {}), project)
        return judge_groups(arrange(project, params), params, self._settings(launch, flag))

    def balancing(self, **more: Any) -> Balancing:
        return self.services(**more).balancing

    def errors(self) -> list[str]:
        """What both layouts refuse."""
        of_task, of_services = self.task()[1].errors, self.services().findings.errors
        assert {(one.where, one.message) for one in of_task} == {
            (one.where, one.message) for one in of_services
        }
        return [f"{one.where}: {one.message}" for one in of_services]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def mappings(definition: Any) -> dict[str, Any]:
    return {one["name"]: one.get("portMappings") for one in definition["containerDefinitions"]}


def test_a_balanced_port_on_bridge_is_dynamic_and_the_balancer_has_the_published_one(
    files: Files,
) -> None:
    files.write("true")
    definition, findings = files.task()
    [port] = definition.balancing.ports
    assert (port.service, port.port, port.listener, port.grace) == ("web", 80, 8080, 60)
    assert mappings(definition.request) == {
        "api": [{"containerPort": 8000, "protocol": "tcp"}],
        "web": [{"containerPort": 80, "protocol": "tcp"}],
    }
    notices = [one.message for one in findings.notices]
    assert any("port 9000 of the healthcheck has another host port" in one for one in notices)
    assert files.balancing() == definition.balancing


def test_a_health_check_at_another_port_is_kept_where_tasks_have_a_network(files: Files) -> None:
    files.write("true")
    judged = files.services("FARGATE")
    [port] = judged.balancing.ports
    assert port.health == TargetHealth("/healthz", interval=15, port=9000)
    networks = {one.group: one for one in judged.networks}
    assert networks["web"].balanced == (80, 9000)
    assert networks["web"].openings == ()
    assert [one.ports for one in networks["api"].openings] == [((8000, 8000, "tcp"),)]
    notice = "web: the load balancer checks /healthz of port 9000 every 15 s"
    assert any(notice in one.message for one in judged.findings.notices)


def test_a_named_port_is_not_asked_by_the_scheme_of_the_healthcheck(files: Files) -> None:
    files.write("{health: {port: 80}}")
    text = (files.folder / "compose.yml").read_text()
    files.text(text.replace("http://localhost:9000", "https://localhost:9000"))
    [port] = files.balancing(launch="FARGATE").ports
    assert port.health == TargetHealth("/healthz", interval=15)
    files.text(text.replace("http:", "https:").replace("{health: {port: 80}}", "true"))
    [port] = files.balancing(launch="FARGATE").ports
    assert port.health == TargetHealth("/healthz", interval=15, port=9000, protocol=HTTPS)


def test_a_mapping_says_how(files: Files) -> None:
    health = "{path: /up, codes: '200', interval: 30s, timeout: 3, healthy: 4, unhealthy: 5}"
    files.write(
        f"{{host: [Shop.example.com], path: /shop, strip: true, health: {health}, grace: 2m,"
        " drain: 5, stickiness: 1h, algorithm: weighted_random, priority: 7}",
        more="x-ecs: {load_balancer: {certificate: none, scheme: internal, subnets: private}}\n",
    )
    balancing = files.balancing()
    assert balancing.ports == (
        BalancedPort(
            "web",
            80,
            8080,
            hosts=("shop.example.com",),
            paths=("/shop",),
            strip=True,
            health=TargetHealth("/up", "200", 30, 3, 4, 5),
            grace=120,
            drain=5,
            stickiness=3600,
            algorithm="weighted_random",
            priority=7,
            mark=balancing.ports[0].mark,
        ),
    )
    assert (balancing.traits.scheme, balancing.word) == ("internal", "private")
    assert not balancing.has_tls


def test_with_a_certificate_all_listen_at_443(files: Files) -> None:
    files.write("{host: shop.example.com}", "{path: /api}")
    assert [port.listener for port in files.balancing().ports] == [443, 443]
    assert files.balancing().has_tls


def test_the_protocol_follows_the_port(files: Files) -> None:
    files.text(
        """\
services:
  tls: {image: nginx, ports: ["443"], x-ecs: {load_balancer: {host: tls.example.com}}}
  rpc:
    image: app
    ports: [{target: 50051, app_protocol: grpc}]
    x-ecs: {load_balancer: {host: rpc.example.com}}
"""
    )
    tls, rpc = files.balancing().ports
    assert (tls.protocol, rpc.version) == (HTTPS, GRPC)
    assert rpc.health.codes == "0,12"


def test_ecs_params_win_key_by_key_over_x_ecs(files: Files) -> None:
    files.write(
        "{path: /a, drain: 5}",
        params="""\
service_params: {web: {load_balancer: {path: [/b]}}}
load_balancer: {idle_timeout: 90}
""",
    )
    [port] = files.balancing().ports
    assert (port.paths, port.drain) == (("/b",), 5)
    assert files.balancing().traits.idle_timeout == 90
    assert not [one for one in files.task()[1].warnings if "load_balancer" in one.message]


def test_the_flag_takes_services_with_one_port_for_others(files: Files) -> None:
    files.text(
        """\
services:
  web: {image: nginx, ports: ["80"]}
  two: {image: nginx, ports: ["81", "82"]}
  db: {image: postgres, ports: ["5432"]}
  near: {image: nginx, ports: ["127.0.0.1:83:83"]}
  udp: {image: dns, ports: ["53:53/udp"]}
  never: {image: nginx, ports: ["84"], x-ecs: {load_balancer: false}}
  job: {image: app, ports: ["85"], restart: "no", deploy: {mode: replicated-job}}
"""
    )
    assert [port.service for port in files.balancing(flag=True).ports] == ["web"]
    assert not files.balancing()


def test_a_group_has_the_ports_of_its_members(files: Files) -> None:
    files.text(
        """\
services:
  web: {image: nginx, ports: ["80"], x-ecs: {group: all, load_balancer: {path: /web}}}
  api: {image: nginx, ports: ["80"], x-ecs: {group: all, load_balancer: {path: /api}}}
"""
    )
    [group] = files.services().groups
    assert [port.service for port in group.definition.balancing.ports] == ["web", "api"]


def test_a_single_address_becomes_a_range_and_each_counts_once(files: Files) -> None:
    ingress = "[203.0.113.5, 203.0.113.5/32, pl-0123456789abcdef0, '2001:DB8::1']"
    files.write("true", more=f"x-ecs: {{load_balancer: {{ingress: {ingress}}}}}\n")
    ranges = ("203.0.113.5/32", "pl-0123456789abcdef0", "2001:db8::1/128")
    assert files.balancing().traits.ingress == ranges


REFUSED = {
    "port": (
        "{port: 81}",
        "29: .port: container port 81 is neither published nor exposed",
    ),
    "host": ("{host: shop_1}", '29: .host: "shop_1" is not a host name'),
    "path": ("{path: [api]}", '36: .path: "api" is not a path'),
    "strip": ("{strip: true}", "29: .strip: there is no path to leave out"),
    "strip a wildcard": (
        "{strip: true, path: [/a/*, '/v*/api', /x*]}",
        '55: .path: strip cannot leave out "/v*/api": what its wildcard stands for differs',
        '66: .path: strip cannot leave out "/x*": what its wildcard stands for differs',
    ),
    "drain": ("{drain: 2h}", "29: .drain: must be 0 to 3600; it is 7200"),
    "interval": (
        "{health: {interval: 301}}",
        "38: .health.interval: must be 5 to 300; it is 301",
    ),
    "timeout": (
        "{health: {interval: 5, timeout: 5}}",
        "29: .health: timeout must be shorter than the interval of 5 s",
    ),
    "codes": ("{health: {codes: ok}}", '38: .health.codes: "ok" is not a list of codes'),
    "health path": ("{health: {path: up}}", '38: .health.path: "up" does not begin with /'),
    "health port": (
        "{health: {port: 81}}",
        "38: .health.port: each task has other host ports on bridge, so that no port can be named",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_balancer_does_not_take_is_refused_at_its_place(files: Files, name: str) -> None:
    web, *messages = REFUSED[name]
    found = []
    for message in messages:
        column, _, rest = message.partition(" ")
        found.append(f"compose.yml:6:{column} services.web.load_balancer{rest}")
    assert files.write(web).errors() == found


TOGETHER = {
    "both take everything": (
        ("true", "{port: 8000}", ""),
        "port 8080 has all requests for web already",
    ),
    "grpc": (
        ("true", "false", "x-ecs: {load_balancer: {use: own}}\n"),
        "GRPC needs HTTPS, and there is no certificate",
    ),
    "same host": (
        ("{host: a.example.com, path: [/x, /y]}", "{host: a.example.com, path: [/z, /y/]}", ""),
        "port 443 has a.example.com/y for web already",
    ),
    "priority": (
        ("{host: a.example.com, priority: 5}", "{host: b.example.com, priority: 5}", ""),
        "web has priority 5 already",
    ),
    "second priority": (
        ("{path: [/a, /b], priority: 100}", "{host: b.example.com, priority: 101}", ""),
        "web has priority 101 already",
    ),
    "last priority": (
        ("true", "{path: [/a, /b], priority: 50000}", ""),
        "its 2 rules have priorities up to 50001",
    ),
    "certificate": (
        ("true", "false", "x-ecs: {load_balancer: {certificate: request}}\n"),
        "load_balancer.certificate: no service has a host name",
    ),
    "arn": (
        ("true", "false", "x-ecs: {load_balancer: {certificate: mine}}\n"),
        '"mine" is not an ARN',
    ),
    "idle": (
        ("true", "false", "x-ecs: {load_balancer: {idle_timeout: 2h}}\n"),
        "must be 1 to 4000 seconds; it is 7200",
    ),
    "logs": (
        ("true", "false", "x-ecs: {load_balancer: {access_logs: bucket}}\n"),
        '"bucket" is not a place in S3',
    ),
    "ingress": (
        ("true", "false", "x-ecs: {load_balancer: {ingress: [everyone]}}\n"),
        "'everyone' does not appear to be an IPv4 or IPv6 network",
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_what_cannot_be_together_is_refused_with_both_places(files: Files, name: str) -> None:
    (web, api, more), message = TOGETHER[name]
    files.write(web, api, more)
    if name in ("both take everything", "grpc"):
        text = (files.folder / "compose.yml").read_text()
        text = text.replace('["8000"]', '["8080:8000"]')
        if name == "grpc":
            text = text.replace('"8080:80"', "{target: 80, published: 8080, app_protocol: grpc}")
        files.text(text)
    [error] = files.errors()
    assert message in error
    if "already" in message:
        assert "compose.yml:6:13" in error


def test_check_warns_of_grpc_that_only_the_cluster_could_balance(files: Files) -> None:
    files.write("{path: /shop.Cart}")
    text = (files.folder / "compose.yml").read_text()
    files.text(text.replace('"8080:80"', "{target: 80, app_protocol: grpc}"))
    assert files.errors() == [], "the cluster may have HTTPS"
    message = "GRPC needs HTTPS: only the cluster's load balancer can have it"
    [doubt] = perhaps_without_tls(files.balancing())
    assert message in doubt.message
    assert doubt.where is not None
    assert [*perhaps_without_tls(Balancing())] == []


def test_a_certificate_is_requested_for_a_network_port_alone(files: Files) -> None:
    files.write(
        "false",
        "{host: api.example.com, type: network}",
        "x-ecs: {load_balancer: {certificate: request}}\n",
    )
    assert files.errors() == []
    assert files.balancing().ports[0].secure


def test_kinds_and_names_that_do_not_exist_are_refused_with_their_place(files: Files) -> None:
    more = "x-ecs: {load_balancer: {type: gateway}}\n"
    files.write("true", more=more)
    with pytest.raises(InputError) as caught:
        files.services().findings.raise_errors()
    assert [f"{one.where}: {one.message}" for one in caught.value.findings] == [
        'compose.yml:11:25: x-ecs.load_balancer.type: must be one of application, network; it is "gateway"',
    ]
    more = "x-ecs: {load_balancer: {use: shared_alb, listener: 0}}\n"
    files.write("true", more=more)
    name, listener = files.errors()
    assert "compose.yml:11:" in name
    assert '"shared_alb" is neither the name nor the ARN of an application load balancer' in name
    assert "must be 1 to 65535; it is 0" in listener


def test_what_others_have_decided_is_refused_with_its_place(files: Files) -> None:
    more = "x-ecs: {load_balancer: {use: all, ingress: [10.0.0.0/8], idle_timeout: 5}}\n"
    files.write("true", "true", more=more)
    text = (files.folder / "compose.yml").read_text()
    files.text(text.replace('["8000"]', '["8080:8000"]'))
    ingress, idle, both = files.errors()
    assert "compose.yml:11:35: load_balancer.ingress: the load balancer is not the" in ingress
    assert "load_balancer.idle_timeout" in idle
    assert "port 443 has all requests for web already" in both
    assert "compose.yml:6:13" in both
    files.write("true", more="x-ecs: {load_balancer: {listener: 443}}\n")
    [own] = files.errors()
    assert "only a load balancer that exists already has listeners to choose from" in own


def test_one_ecs_service_takes_five_target_groups(files: Files) -> None:
    text = "services:\n"
    for number in range(6):
        text += f'  s{number}: {{image: nginx, ports: ["808{number}:80"], x-ecs: {{load_balancer: '
        text += "true}}\n"
    definition, findings = files.text(text).task()
    [error] = findings.errors
    assert error.message == (
        "services.s5.load_balancer: one ECS service takes 5 target groups, and has 6"
    )
    assert error.where is not None
    assert not files.services().findings.errors, "each has a service of its own"
    assert len(definition.balancing.ports) == 6


NETWORK = """\
services:
  game:
    image: game
    ports: ["27015:27015/udp", "8080:8081"]
    x-ecs: {load_balancer: {port: 27015, health: {port: 8081, interval: 6}, drain: 0}}
  dns: {image: dns, ports: ["53:53", "53:53/udp"], x-ecs: {load_balancer: {type: network}}}
  mqtt:
    image: mqtt
    ports: ["8883:1883"]
    healthcheck: {test: "curl -f http://localhost/healthz", interval: 20s}
    x-ecs: {load_balancer: {host: MQTT.example.com, type: network}}
  raw:
    image: raw
    ports: [{target: 9000, published: "9001", app_protocol: tcp}]
    x-ecs: {load_balancer: true}
  web: {image: nginx, ports: ["80"], x-ecs: {load_balancer: true}}
"""


def test_tcp_and_udp_go_to_the_network_balancer(files: Files) -> None:
    files.text(NETWORK)
    balancing = files.balancing()
    game, dns, mqtt, raw, web = balancing.ports
    assert (game.protocol, game.listener, game.drain) == (UDP, 27015, 0)
    assert game.health == TargetHealth("", interval=6, port=8080), "the port of the instance"
    assert (dns.protocol, dns.listener, dns.secure) == (TCP_UDP, 53, False)
    assert (mqtt.protocol, mqtt.listener, mqtt.secure) == (TCP, 8883, True)
    assert mqtt.hosts == ("mqtt.example.com",)
    assert mqtt.health == TargetHealth("", interval=20)
    assert (raw.protocol, raw.listener, raw.secure) == (TCP, 9001, False)
    assert (web.protocol, web.listener) == (HTTP, 80)
    assert not balancing.has_tls
    assert not files.task()[1].errors
    assert mappings(files.task()[0].request)["dns"] == [
        {"containerPort": 53, "hostPort": 53, "protocol": "tcp"},
        {"containerPort": 53, "hostPort": 53, "protocol": "udp"},
    ], "both have one host port"
    assert mappings(files.task()[0].request)["game"] == [
        {"containerPort": 27015, "protocol": "udp"},
        {"containerPort": 8081, "hostPort": 8080, "protocol": "tcp"},
    ]
    networks = {one.group: one for one in files.services("FARGATE").networks}
    assert networks["game"].balanced == (8081, 27015)
    assert files.balancing(launch="FARGATE").ports[0].health.port == 8081


@pytest.mark.parametrize(
    ("port", "health", "check", "protocol"),
    [
        ("target: 80", "{path: /up}", "", "HTTP"),
        ("target: 443", "{path: /up}", "", "HTTPS"),
        ("target: 8000, app_protocol: https", "{path: /up}", "", "HTTPS"),
        ("target: 8000", "{path: /up}", "https://localhost:8000/", "HTTPS"),
        ("target: 443", "{path: /up}", "http://localhost:443/", "HTTP"),
        ("target: 443", "{path: /up, port: 9000}", "", "HTTP"),
        ("target: 80", "{path: /up, port: 9443}", "https://localhost:9443/", "HTTPS"),
        ("target: 443", "{interval: 20s}", "", ""),  # a connection alone
    ],
)
def test_a_page_behind_a_network_balancer_is_asked_by_what_its_port_speaks(
    files: Files, port: str, health: str, check: str, protocol: str
) -> None:
    text = f"""\
services:
  web:
    image: nginx
    ports: [{{{port}}}]
    expose: ["9000", "9443"]
    x-ecs: {{load_balancer: {{type: network, health: {health}}}}}
"""
    if check:
        text += f'    healthcheck: {{test: "curl -fk {check} || exit 1"}}\n'
    [found] = files.text(text).balancing(launch="FARGATE").ports
    assert found.health.protocol == protocol
    group = BalancedGroup("web", "awsvpc", (found,), "PortsWeb")
    part = balancer_part(WantedBalancer("demo/shop", "vpc-1", ("subnet-1",), (group,)))
    [target] = [one for one in part.resources.values() if "TargetType" in one["Properties"]]
    assert target["Properties"]["HealthCheckProtocol"] == (protocol or "TCP")


OF_NETWORK = {
    "path": ("{type: network, path: /api}", "is of application load balancers alone"),
    "time": ("{type: network, stickiness: 1h}", "is of application load balancers alone"),
    "host": ("{type: application}", "the port speaks tcp", "app_protocol: tcp"),
    "codes": ("{type: network, health: {codes: '200'}}", "there is no page that would answer"),
    "plain host": (
        "{host: a.example.com}",
        "a network load balancer knows host names by TLS alone",
        "app_protocol: tcp",
    ),
    "udp": ("true", "targets are checked over TCP, and the port has UDP alone", "protocol: udp"),
    "udp to http": ("{type: application}", "the port has UDP", "protocol: udp"),
    "port": ("{type: network, health: {port: 81}}", "port 81 has another host port in each task"),
    "taken": ("{type: network}", "port 8000 is that of api already", "published: 8000"),
}


@pytest.mark.parametrize("name", OF_NETWORK)
def test_what_a_network_balancer_does_not_take_is_refused(files: Files, name: str) -> None:
    web, message, *port = OF_NETWORK[name]
    text = f"""\
services:
  api: {{image: api, ports: ["8000"], x-ecs: {{load_balancer: {{type: network}}}}}}
  web:
    image: nginx
    ports: [{{target: 80, {", ".join(port)}}}]
    x-ecs: {{load_balancer: {web}}}
"""
    [error] = files.text(text).errors()
    assert message in error
    assert error.startswith("compose.yml:6:")


def test_tcp_and_udp_of_one_port_share_a_host_port_on_bridge(files: Files) -> None:
    files.text(NETWORK.replace('"53:53/udp"', '"54:53/udp"'))
    [error] = files.errors()
    assert "TCP and UDP of one port need one host port on bridge" in error
    files.services("FARGATE").findings.raise_errors()


def test_several_ports_and_none_are_refused(files: Files) -> None:
    files.text(
        """\
services:
  two: {image: nginx, ports: ["81", "82"], x-ecs: {load_balancer: true}}
  none: {image: nginx, x-ecs: {load_balancer: true}}
"""
    )
    assert [error.partition("services.")[2] for error in files.errors()] == [
        "two.load_balancer: several ports are published: 81, 82",
        "none.load_balancer: the service publishes no port",
    ]


def test_a_target_group_of_the_files_for_the_same_port_is_refused(files: Files) -> None:
    params = """\
run_params:
  load_balancers:
    - {target_group_arn: "arn:aws:x", container_name: web, container_port: 80}
"""
    [error] = files.write("true", params=params).errors()
    assert "port 80 has a target group that files or flags name already" in error


def test_settings_without_a_service_are_a_warning(files: Files) -> None:
    files.write("false", more="x-ecs: {load_balancer: {idle_timeout: 5}}\n")
    for found in (files.task()[1], files.services().findings):
        assert "load_balancer: no service asks for it" in [one.message for one in found.warnings]
