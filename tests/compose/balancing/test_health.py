"""Health checks of containers -> those of their load balancers."""

import pytest

from ecscli.base.balanced import GRPC, HTTP, HTTP1, HTTPS, TargetHealth
from ecscli.compose.balancing.health import (
    Page,
    checked,
    derived_grace,
    derived_health,
    page_of,
)
from ecscli.compose.params.read import HealthCheckParams
from ecscli.compose.project.model import HealthCheck

PAGES = {
    "curl -f http://localhost/healthz || exit 1": Page("/healthz", 80),
    "curl --fail --silent http://127.0.0.1:8080/health?full=1": Page("/health?full=1", 8080),
    "wget -q --spider http://localhost:3000": Page("/", 3000),
    "/usr/bin/curl -fk 'https://localhost/x' ||exit 2": Page("/x", 443, HTTPS),
    'wget -O- "http://[::1]:9000/-/ready"': Page("/-/ready", 9000),
}
OTHERS = (
    "pg_isready -U app",
    "curl -f http://db:5432/",
    "curl -f http://localhost/ | grep ok",
    "curl -f http://localhost:$PORT/",
    "curl -f http://localhost/a && curl -f http://localhost/b",
    "curl -f 'http://localhost/",
    "curl -f http://localhost/a http://localhost/b",
    "",
)


@pytest.mark.parametrize("text", PAGES)
def test_the_page_of_curl_and_wget_is_found(text: str) -> None:
    assert page_of(("CMD-SHELL", text)) == PAGES[text]


def test_the_exec_form_has_a_page_too() -> None:
    command = ("CMD", "curl", "-f", "http://localhost:8000/up")
    assert page_of(command) == page_of(command[1:]) == Page("/up", 8000)


@pytest.mark.parametrize("text", OTHERS)
def test_any_other_check_has_none(text: str) -> None:
    assert page_of(("CMD-SHELL", text)) is None


def test_times_come_along_within_the_bounds_of_the_balancer() -> None:
    test = ("CMD", "curl", "http://localhost/healthz")
    check = checked(HealthCheck(test, interval=1.0, timeout=30.0, retries=20), None)
    assert derived_health(check, 80, HTTP1) == TargetHealth("/healthz", "200-399", 5, 4, 2, 10)
    other = derived_health(check, 8080, HTTP1)
    assert (other.path, other.port) == ("/healthz", 80)


def test_the_scheme_of_the_page_is_kept_where_the_target_has_another() -> None:
    check = checked(HealthCheck(("CMD", "curl", "-kf", "https://localhost:8443/health")), None)
    health = derived_health(check, 80, HTTP1)
    assert (health.path, health.port, health.protocol) == ("/health", 8443, HTTPS)
    assert derived_health(check, 8443, HTTP1, HTTPS).protocol == ""
    plain = checked(HealthCheck(("CMD", "curl", "http://localhost:8080/")), None)
    assert derived_health(plain, 443, HTTP1, HTTPS).protocol == HTTP


def test_ecs_params_win_and_a_check_that_is_off_counts_for_nothing() -> None:
    off = HealthCheck(("CMD", "curl", "http://localhost/a"), interval=60.0, disable=True)
    assert derived_health(checked(off, None), 80, HTTP1) == TargetHealth()
    given = HealthCheckParams(("CMD", "curl", "http://localhost/b"), start_period=90)
    found = checked(off, given)
    assert derived_health(found, 80, HTTP1).path == "/b"
    assert derived_grace(found) == 90


def test_grpc_is_asked_in_its_own_way() -> None:
    check = checked(HealthCheck(("CMD", "curl", "http://localhost/a"), interval=20.0), None)
    health = derived_health(check, 80, GRPC)
    assert (health.path, health.codes, health.interval) == ("/AWS.ALB/healthcheck", "0,12", 20)


def test_a_container_has_a_minute_to_start_unless_its_check_says_otherwise() -> None:
    test = ("CMD", "true")
    assert derived_grace(checked(None, None)) == 60
    assert derived_grace(checked(HealthCheck(test, start_period=5.0), None)) == 30
    assert derived_grace(checked(HealthCheck(test, start_period=120.0), None)) == 120
