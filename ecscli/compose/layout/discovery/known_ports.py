"""The ports at which a service is reached: those that its files have, and by its image those that
they lack."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.compose.ecs.images import repository_name
from ecscli.compose.project.model import Port, Service

# Last part of an image's repository -> the port at which its program listens by default
KNOWN: Mapping[str, int] = {
    "cassandra": 9042,
    "clickhouse-server": 8123,
    "elasticsearch": 9200,
    "influxdb": 8086,
    "kafka": 9092,
    "mariadb": 3306,
    "memcached": 11211,
    "mongo": 27017,
    "mysql": 3306,
    "nats": 4222,
    "opensearch": 9200,
    "postgis": 5432,
    "postgres": 5432,
    "rabbitmq": 5672,
    "redis": 6379,
    "valkey": 6379,
}


def ports_of(service: Service) -> tuple[Port, ...]:
    """The TCP ports that a service publishes or exposes; Service Connect has no other protocol."""
    return tuple(port for port in (*service.ports, *service.expose) if port.protocol == "tcp")


def known_port(service: Service) -> int | None:
    """The port at which a service listens, by its image."""
    return KNOWN.get(repository_name(service.image or "").rpartition("/")[2])
