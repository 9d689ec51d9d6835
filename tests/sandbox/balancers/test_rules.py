"""Rules of listeners: which one takes a request, and what it makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecscli.sandbox.balancers.document import Rule
from ecscli.sandbox.balancers.heads import Head, forwarded, valid, value
from ecscli.sandbox.balancers.rules import has, redirect, rule_for, transformed

HEAD = Head(
    "GET",
    "http",
    "shop.example.com",
    "/api/items",
    "page=2&q=a*b",
    ((b"Host", b"shop.example.com"), (b"X-Beta", b"yes"), (b"bad_name", b"1")),
    "203.0.113.9",
    80,
)


def condition(field: str, *values: Any, member: str = "", **more: Any) -> dict[str, Any]:
    name = member or "".join(part.title() for part in field.split("-")) + "Config"
    return {"Field": field, name: {"Values": list(values), **more}}


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (condition("host-header", "shop.example.com"), True),
        (condition("host-header", "SHOP.example.com"), True),
        (condition("host-header", "other.example.com", "*.example.com"), True),
        (condition("host-header", "example.com"), False),
        (condition("host-header", RegexValues=[r"^shop\."]), True),
        (condition("path-pattern", "/api/*"), True),
        (condition("path-pattern", "/API/*"), False),
        (condition("path-pattern", "/api"), False),
        (condition("path-pattern", "/api/item?"), True),
        (condition("path-pattern", "/[a]pi/*"), False),
        ({"Field": "path-pattern", "Values": ["/api*"]}, True),
        (condition("http-header", "ye?", HttpHeaderName="x-beta"), True),
        (condition("http-header", "no", HttpHeaderName="x-beta"), False),
        (condition("http-request-method", "GET", "HEAD"), True),
        (condition("http-request-method", "POST"), False),
        (condition("query-string", {"Key": "page", "Value": "2"}), True),
        (condition("query-string", {"Key": "page", "Value": "3"}), False),
        (condition("query-string", {"Value": "a*"}), True),
        (condition("source-ip", "203.0.113.0/24"), True),
        (condition("source-ip", "10.0.0.0/8"), False),
    ],
)
def test_conditions(given: dict[str, Any], holds: bool) -> None:
    assert has(HEAD, given) is holds


def test_the_first_rule_whose_conditions_all_hold_takes_the_request() -> None:
    hosts = condition("host-header", "shop.example.com")
    both = Rule((hosts, condition("path-pattern", "/api/*")), ({"Type": "a"},))
    host, default = Rule((hosts,), ({"Type": "b"},)), Rule((), ({"Type": "c"},))
    rules = (both, host, default)
    heads = (HEAD, replace(HEAD, path="/"), replace(HEAD, host="example.net"))
    assert [rule_for(rules, head) for head in heads] == [both, host, default]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/api", "/"), ("/api/", "/"), ("/api/a/b", "/a/b"), ("/apix", "/x"), ("/other", "/other")],
)
def test_strip(path: str, expected: str) -> None:
    rewrite = {"Rewrites": [{"Regex": "^/api/?(.*)$", "Replace": "/$1"}]}
    given = [{"Type": "url-rewrite", "UrlRewriteConfig": rewrite}]
    found = transformed(replace(HEAD, path=path), given)
    assert (found.path, found.query) == (expected, HEAD.query)


def test_a_host_is_rewritten() -> None:
    rewrite = {"Rewrites": [{"Regex": r"^(\w+)\.example\.com$", "Replace": "$1.internal"}]}
    given = [{"Type": "host-header-rewrite", "HostHeaderRewriteConfig": rewrite}]
    found = transformed(HEAD, given)
    assert (found.host, value(found.fields, b"host")) == ("shop.internal", "shop.internal")


@pytest.mark.parametrize(
    ("config", "moved", "expected"),
    [
        (
            {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
            {80: 80, 443: 443},
            (301, "https://shop.example.com:443/api/items?page=2&q=a*b"),
        ),
        (
            {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
            {443: 10443},
            (301, "https://shop.example.com:10443/api/items?page=2&q=a*b"),
        ),
        (
            {
                "Host": "www.#{host}",
                "Path": "/new/#{path}",
                "Query": "x=1",
                "StatusCode": "HTTP_302",
            },
            {},
            (302, "http://www.shop.example.com:80/new/api/items?x=1"),
        ),
    ],
)
def test_redirects(
    config: dict[str, str], moved: dict[int, int], expected: tuple[int, str]
) -> None:
    assert redirect(config, HEAD, moved) == expected


def test_what_a_target_gets() -> None:
    fields = (
        *HEAD.fields,
        (b"Connection", b"keep-alive, X-Hop"),
        (b"X-Hop", b"1"),
        (b"TE", b"trailers"),
        (b"X-Forwarded-For", b"198.51.100.1"),
        (b"X-Forwarded-Proto", b"gopher"),
    )
    found = dict(forwarded(replace(HEAD, fields=valid(fields))).fields)
    assert found.pop(b"X-Amzn-Trace-Id").startswith(b"Root=1-")
    assert found == {
        b"Host": b"shop.example.com",
        b"X-Beta": b"yes",
        b"X-Forwarded-For": b"198.51.100.1, 203.0.113.9",
        b"X-Forwarded-Proto": b"http",
        b"X-Forwarded-Port": b"80",
    }
