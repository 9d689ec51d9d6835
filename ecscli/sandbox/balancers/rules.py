"""The rules of a listener: the head of a request in, the rule that takes it out; its transforms and
redirects. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_address, ip_network

from ecscli.sandbox.balancers.document import Rule
from ecscli.sandbox.balancers.heads import Fields, Head, split, values, without_port
from ecscli.sandbox.shapes import Json


@lru_cache(1024)
def wildcard(pattern: str, *, is_case_sensitive: bool) -> re.Pattern[str]:
    """`*` is any text and `?` any character."""
    parts = ({"*": ".*", "?": "."}.get(one) or re.escape(one) for one in pattern)
    return re.compile("".join(parts), re.DOTALL | (0 if is_case_sensitive else re.IGNORECASE))


def is_like(text: str, config: Json, is_case_sensitive: bool = False) -> bool:
    patterns = (
        wildcard(one, is_case_sensitive=is_case_sensitive) for one in config.get("Values") or ()
    )
    regular = config.get("RegexValues") or ()
    return any(one.fullmatch(text) for one in patterns) or any(
        re.search(one, text) for one in regular
    )


def has_field(config: Json, fields: Fields) -> bool:
    name = str(config["HttpHeaderName"]).lower().encode()
    return any(is_like(one, config) for one in values(fields, name))


def has_pair(config: Json, query: str) -> bool:
    """Whether a pair of the query has the key, where one is given, and the value."""
    pairs = [one.partition("=")[::2] for one in query.split("&") if one]
    return any(
        is_like(value, {"Values": [one["Value"]]})
        and (not one.get("Key") or is_like(key, {"Values": [one["Key"]]}))
        for one in config["Values"]
        for key, value in pairs
    )


def is_from(config: Json, source: str) -> bool:
    return any(ip_address(source) in ip_network(one, strict=False) for one in config["Values"])


#: Each field of a condition: the member that holds its values, and whether a request has one.
FIELDS: dict[str, tuple[str, Callable[[Json, Head], bool]]] = {
    "host-header": ("HostHeaderConfig", lambda config, head: is_like(head.host, config)),
    "path-pattern": ("PathPatternConfig", lambda config, head: is_like(head.path, config, True)),
    "http-header": ("HttpHeaderConfig", lambda config, head: has_field(config, head.fields)),
    "http-request-method": (
        "HttpRequestMethodConfig",
        lambda config, head: head.method in config["Values"],
    ),
    "query-string": ("QueryStringConfig", lambda config, head: has_pair(config, head.query)),
    "source-ip": ("SourceIpConfig", lambda config, head: is_from(config, head.source)),
}


def has(head: Head, condition: Json) -> bool:
    member, test = FIELDS[condition["Field"]]
    return test(condition.get(member) or {"Values": condition.get("Values") or []}, head)


def rule_for(rules: Iterable[Rule], head: Head) -> Rule:
    """The first rule whose conditions all hold; the last one, the default, has none."""
    return next(rule for rule in rules if all(has(head, one) for one in rule.conditions))


def transformed(head: Head, transforms: Iterable[Json]) -> Head:
    """The request as a rule rewrites it, before it goes to its target."""
    for one in transforms:
        if one["Type"] == "url-rewrite":
            path, query = split(rewritten(head.target, one["UrlRewriteConfig"]))
            head = replace(head, path=path, query=query)
        elif one["Type"] == "host-header-rewrite":
            host = rewritten(head.host, one["HostHeaderRewriteConfig"])
            kept = tuple(field for field in head.fields if field[0].lower() != b"host")
            fields = ((b"Host", host.encode("latin-1")), *kept)
            head = replace(head, host=without_port(host), fields=fields)
    return head


def rewritten(text: str, config: Json) -> str:
    for one in config["Rewrites"]:
        template = re.sub(r"\$(\d)", r"\\g<\1>", one["Replace"].replace("\\", "\\\\"))
        text = re.sub(one["Regex"], template, text, count=1)
    return text


def redirect(config: Json, head: Head, moved: Mapping[int, int]) -> tuple[int, str]:
    """Status and location. `moved`: the ports of the balancer's listeners that are other ones on
    this machine."""
    words = {
        "#{protocol}": head.scheme.upper(),
        "#{host}": head.host,
        "#{port}": str(head.port),
        "#{path}": head.path.lstrip("/"),
        "#{query}": head.query,
    }

    def filled(member: str, usual: str) -> str:
        given = str(config.get(member) or usual)
        return re.sub(r"#\{\w+\}", lambda found: words.get(found[0], found[0]), given)

    scheme = filled("Protocol", "#{protocol}").lower()
    port = int(filled("Port", "#{port}"))
    query = filled("Query", "#{query}")
    place = f"{scheme}://{filled('Host', '#{host}')}:{moved.get(port, port)}"
    location = place + filled("Path", "/#{path}") + (f"?{query}" if query else "")
    return (301 if config["StatusCode"] == "HTTP_301" else 302), location
