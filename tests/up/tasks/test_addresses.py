"""Addresses of published ports as URLs."""

import pytest

from ecscli.up.tasks.addresses import Address, first_page


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (Address("web", "54.1.2.3", 80, 80), "http://54.1.2.3"),
        (Address("web", "54.1.2.3", 8080, 80), "http://54.1.2.3:8080"),
        (Address("web", "54.1.2.3", 443, 8443), "https://54.1.2.3"),
        (Address("web", "front.elb.amazonaws.com", 443, 80, scheme="https"),
         "https://front.elb.amazonaws.com"),
        (Address("db", "10.0.0.9", 32768, 5432), "tcp://10.0.0.9:32768"),
        (Address("dns", "10.0.0.9", 53, 53, "udp"), "udp://10.0.0.9:53"),
        (Address("web", "2001:db8::1", 80, 80), "http://[2001:db8::1]"),
    ],
)  # fmt: skip
def test_the_url_of_an_address(address: Address, url: str) -> None:
    assert address.url == url


@pytest.mark.parametrize(
    ("host", "port", "is_known"),
    [
        ("54.1.2.3", 80, True),
        ("", 80, False),
        ("(PENDING)", 80, False),
        ("54.1.2.3", 0, False),
        ("0.0.0.0", 80, False),
    ],
)
def test_only_a_whole_address_is_known(host: str, port: int, is_known: bool) -> None:
    assert Address("web", host, port, 80).is_known == is_known


def test_a_page_comes_before_a_database() -> None:
    database, page = Address("db", "10.0.0.9", 5432, 5432), Address("web", "10.0.0.9", 80, 80)
    assert first_page([database, page]) is page
    assert first_page([database]) is database


def test_a_port_that_the_files_choose_comes_before_one_that_docker_chooses() -> None:
    backend = Address("backend", "10.0.0.9", 32770, 3000)
    frontend = Address("frontend", "10.0.0.9", 3000, 3000)
    assert first_page([backend, frontend]) is frontend
    assert first_page([backend]) is backend
