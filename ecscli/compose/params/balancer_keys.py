"""`load_balancer` of ecs-params.yml and `x-ecs`: the keys of a project's balancer, and those of one
service behind it."""

from __future__ import annotations

from ecscli.base.keys.kinds import BOOLEAN, INTEGER, SECONDS, STRINGS, TEXT, WORDS, Kind, choice
from ecscli.base.keys.lookups import BY, LOOKUPS
from ecscli.base.keys.shapes import Either, Key, Keys

TYPES = ("application", "network")
SCHEMES = ("internet-facing", "internal")
HTTP = ("redirect", "serve", "none")
SUBNET_WORDS = ("public", "private")
ALGORITHMS = ("round_robin", "least_outstanding_requests", "weighted_random")


def word(*values: str) -> Kind:
    """One of these words."""
    return choice(*values)._replace(schema={"type": "string", "enum": list(values)})


HEALTH: Keys = {
    "path": Key("path", TEXT, "Path that is asked; / by default."),
    "codes": Key("codes", TEXT, "Codes of a healthy answer, such as 200-299 or 200,204."),
    "interval": Key("interval", SECONDS, "Time between two checks, 5 to 300 seconds."),
    "timeout": Key("timeout", SECONDS, "Time that one check may take, 2 to 120 seconds."),
    "healthy": Key("healthy", INTEGER, "Good checks after which a target is healthy, 2 to 10."),
    "unhealthy": Key(
        "unhealthy", INTEGER, "Failed checks after which a target is unhealthy, 2 to 10."
    ),
    "port": Key("port", INTEGER, "Container port that is asked, where it is another one."),
}

OF_SERVICE: Keys = {
    "type": Key(
        "type",
        word(*TYPES),
        "application, which understands HTTP, or network, which hands on TCP and UDP.",
    ),
    "port": Key("port", INTEGER, "Container port; needed where several are published."),
    "host": Key("host", WORDS, "Host names of its requests, one or several; *.example.com too."),
    "path": Key("path", WORDS, "Paths of its requests, one or several, with all below them."),
    "strip": Key("strip", BOOLEAN, "Whether the container gets requests without the path."),
    "health": Key("health", HEALTH, "Health check; by default what the Compose file has."),
    "grace": Key("grace", SECONDS, "Time after a start in which health does not count; 60 s."),
    "drain": Key("drain", SECONDS, "Time that requests have when a task stops, up to an hour."),
    "stickiness": Key("stickiness", SECONDS, "Time for which a client stays with its task."),
    "algorithm": Key("algorithm", word(*ALGORITHMS), "How a task is chosen."),
    "priority": Key("priority", INTEGER, "Of its rule, 1 to 50000; chosen by default."),
}

OF_PROJECT: Keys = {
    "type": Key("type", word(*TYPES), "application or network, where a service has none."),
    "scheme": Key("scheme", word(*SCHEMES), "internet-facing (the default) or internal."),
    "subnets": Key(
        "subnets",
        Either((word(*SUBNET_WORDS), LOOKUPS)),
        f"public, private, or a list of subnets in two zones or more. {BY}",
    ),
    "ingress": Key(
        "ingress", STRINGS, "CIDRs, prefix lists or my-ip that may reach it; everyone by default."
    ),
    "use": Key(
        "use",
        TEXT,
        "own: a balancer of the project alone; cluster: that of the cluster's stack; or the name or"
        " ARN of one that exists. By default the cluster's where there is one.",
    ),
    "listener": Key(
        "listener", INTEGER, "With use: the port of the listener that takes the rules."
    ),
    "certificate": Key(
        "certificate",
        TEXT,
        "ARN in ACM; auto (the default) finds those of the host names; request: one is requested,"
        " and validated in Route 53; none: no HTTPS.",
    ),
    "dns": Key("dns", BOOLEAN, "Whether the host names get records in Route 53."),
    "http": Key("http", word(*HTTP), "What port 80 does beside HTTPS: redirect, serve or none."),
    "ssl_policy": Key("ssl_policy", TEXT, "Security policy of HTTPS listeners."),
    "idle_timeout": Key("idle_timeout", SECONDS, "Time without data that ends a connection."),
    "deletion_protection": Key(
        "deletion_protection", BOOLEAN, "Whether AWS refuses to delete the balancer."
    ),
    "access_logs": Key("access_logs", TEXT, "Where requests are logged: s3://BUCKET/PREFIX."),
}

BALANCER_OF_SERVICE = Either((BOOLEAN, OF_SERVICE))
