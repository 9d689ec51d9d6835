"""A project behind a load balancer, as real containers: what a client in a container gets by its
hosts and paths, while services are updated, and while tasks leave."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ecscli.sandbox import process
from tests.conftest import Cli, private_environment
from tests.docker import make_python_image, remove_image
from tests.e2e.test_story import run
from tests.sandbox.conftest import Sandbox, wait_until

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
IMAGE = "ecscli-balanced:1"
PROGRAMS = ("tests.e2e.balanced.balanced_app", "tests.e2e.balanced.balanced_client")
RATE, LEAST = 200, 50  # requests a second: asked for, and answered by a machine that is busy
SHOP, CART = "shop.example.com", "cart.example.com"
COMPOSE = """
x-ecs: {layout: services, discovery: none, logs: none}
x-app: &app
  image: ecscli-balanced:1
  command: ["-m", "balanced_app"]
x-check: &check {path: /healthz, interval: 5s, timeout: 2s}
services:
  web:
    <<: *app
    ports: ["80:8000"]
    environment: {NAME: "web-${VERSION:-1}"}
    deploy: {replicas: 2}
    x-ecs:
      load_balancer: {host: shop.example.com, health: *check, drain: 30s, stickiness: 1h}
  api:
    <<: *app
    ports: ["80:8000"]
    environment: {NAME: api}
    x-ecs:
      load_balancer: {host: shop.example.com, path: /api, strip: true, health: *check}
  cart:
    <<: *app
    ports: [{target: 50051, published: 80, app_protocol: grpc}]
    x-ecs: {load_balancer: {host: cart.example.com}}
"""


class Shop:
    """A project that runs, and its balancer's addresses by their ports."""

    def __init__(self, cli: Cli, sandbox: Sandbox, engine: Any) -> None:
        self.cli, self.sandbox, self.engine = cli, sandbox, engine
        self.urls: dict[int, str] = {}

    def up(self, **variables: str) -> None:
        command = "compose up --launch-type EC2 --cluster demo --yes --timeout 4"
        done = self.cli(*command.split(), **variables)
        assert done.code == 0, done.err

    def find_urls(self) -> dict[int, str]:
        """The addresses in the tags of the listeners."""
        elb = self.sandbox.client("elbv2")
        [balancer] = elb.describe_load_balancers()["LoadBalancers"]
        listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])
        ports = {one["ListenerArn"]: one["Port"] for one in listeners["Listeners"]}
        found = elb.describe_tags(ResourceArns=list(ports))["TagDescriptions"]
        return {
            ports[one["ResourceArn"]]: tag["Value"]
            for one in found
            for tag in one["Tags"]
            if tag["Key"] == "ecscli:url"
        }

    def begin(self, *orders: dict[str, Any]) -> Any:
        """A client in a container that begins with orders."""
        usual = {"url": self.urls[443], "host": SHOP}
        words = json.dumps([{**usual, **one} for one in orders])
        command = ["-m", "balanced_client", words]
        return self.engine.containers.run(IMAGE, command, network_mode="host", detach=True)

    def end(self, client: Any) -> list[Any]:
        code = client.wait(timeout=120)["StatusCode"]
        written = client.logs(stderr=code != 0).decode()
        client.remove()
        assert code == 0, written
        return list(json.loads(written))

    def ask(self, *orders: dict[str, Any]) -> list[Any]:
        return self.end(self.begin(*orders))

    def states(self) -> list[str]:
        """The states of all targets of web."""
        elb = self.sandbox.client("elbv2")
        [service] = self.sandbox.client("ecs").describe_services(
            cluster="demo", services=["shop-web"]
        )["services"]
        arn = service["loadBalancers"][0]["targetGroupArn"]
        found = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return sorted(one["TargetHealth"]["State"] for one in found)


@pytest.fixture(scope="module")
def shop(docker_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    import docker

    folder = tmp_path_factory.mktemp("balanced")
    make_python_image(
        docker_host, IMAGE.partition(":")[0], ("h2", "hpack", "hyperframe", *PROGRAMS)
    )
    engine = docker.DockerClient(base_url=docker_host)
    engine.images.get("ecscli-balanced:latest").tag(*IMAGE.split(":"))
    environment = {
        **private_environment(folder / "home"),
        "DOCKER_HOST": docker_host,
        "ECSCLI_SANDBOX": "1",
        "ECSCLI_SANDBOX_PORT": "0",
    }
    record = process.start(environment, process.Options(docker=True))
    with pytest.MonkeyPatch.context() as patch:
        made = Shop(
            Cli(folder / "shop", environment, patch), Sandbox(record["url"], record), engine
        )
        try:
            begin(made)
            yield made
        finally:
            process.stop(environment)
            for tag in (IMAGE, "ecscli-balanced:latest"):
                remove_image(docker_host, tag)
            engine.close()


def begin(shop: Shop) -> None:
    """A cluster, a certificate and the project, of which the balancer's listeners are found."""
    shop.cli.write("compose.yml", COMPOSE)
    acm = shop.sandbox.client("acm")
    asked = acm.request_certificate(DomainName="*.example.com", ValidationMethod="DNS")
    arn = {"CertificateArn": asked["CertificateArn"]}
    wait_until(lambda: acm.describe_certificate(**arn)["Certificate"]["Status"] == "ISSUED")
    run(shop.cli, "up --capability-iam --size 2 --instance-type t3.medium --cluster demo")
    shop.up()
    wait_until(lambda: len(shop.find_urls()) == 2)
    shop.urls = shop.find_urls()


def test_requests_find_their_services(shop: Shop) -> None:
    plain = {"do": "get", "url": shop.urls[80], "path": "/a?b=c"}
    web, api, nobody, redirected = shop.ask(
        {"do": "get", "path": "/page"},
        {"do": "get", "path": "/api/items?page=2"},
        {"do": "get", "host": "other.example.com"},
        plain,
    )
    assert web["body"].split()[0::2] == ["web-1", "/page", "443"]
    assert api["body"].split()[0::2] == ["api", "/items?page=2", "443"]
    assert (nobody["status"], nobody["body"]) == (404, "no such service")
    place = f"https://{SHOP}:443/a?b=c"
    assert (redirected["status"], redirected["fields"]["location"]) == (301, place)


def test_a_cookie_leads_back(shop: Shop) -> None:
    first, *_ = shop.ask({"do": "get"})
    cookie = first["fields"]["set-cookie"].partition(";")[0]
    assert cookie.startswith("AWSALB")
    back = [{"do": "get", "headers": {"Cookie": cookie.replace("AWSALBCORS", "AWSALB")}}] * 6
    assert {one["body"].split()[1] for one in shop.ask(*back)} == {first["body"].split()[1]}
    assert len({one["body"].split()[1] for one in shop.ask(*[{"do": "get"}] * 6)}) == 2


def test_websocket_and_grpc(shop: Shop) -> None:
    talk, call, unknown = shop.ask(
        {"do": "websocket", "text": "hello"},
        {"do": "grpc", "host": CART, "path": "/shop.Cart/Add", "text": "apple"},
        {"do": "grpc", "host": CART, "path": "/shop.Cart/Other", "text": "apple"},
    )
    assert talk == {"status": 101, "text": "HELLO"}
    assert call == {"http": "200", "grpc": "0", "text": "apple"}
    assert unknown["grpc"] == "12"


def test_an_update_under_load_costs_no_request(shop: Shop) -> None:
    """Not one of 200 requests a second, or of as many as this machine answers, is lost."""
    client = shop.begin({"do": "load", "rate": RATE, "seconds": 20})
    shop.up(VERSION="2")
    [found] = shop.end(client)
    answered = sum(found["names"].values())
    served = answered / found["seconds"]
    said = f"{answered} requests answered, {served:.0f} a second, of {RATE} asked for"
    sys.stdout.write(f"{said}\n")
    assert found["failed"] == 0, f"{said}; {found['failures']}"
    assert answered >= RATE * 20, said
    assert served >= LEAST, said
    assert min(found["names"]["web-1"], found["names"]["web-2"]) > 100, f"{said}; {found['names']}"


def test_what_is_under_way_is_finished(shop: Shop) -> None:
    client = shop.begin({"do": "together", "count": 4, "path": "/slow/8"})
    wait_until(lambda: client.logs().count(b"asked") == 4)
    ecs = shop.sandbox.client("ecs")
    ecs.update_service(cluster="demo", service="shop-web", desiredCount=1)
    assert wait_until(lambda: "draining" in shop.states() and shop.states()) == [
        "draining",
        "healthy",
    ]
    others = shop.ask(*[{"do": "get"}] * 4)
    assert len({one["body"].split()[1] for one in others}) == 1, "none goes to the one that leaves"
    [slow] = shop.end(client)
    assert [one["status"] for one in slow] == [200] * 4
    assert len({one["body"].split()[1] for one in slow}) == 2
    wait_until(lambda: shop.states() == ["healthy"])
