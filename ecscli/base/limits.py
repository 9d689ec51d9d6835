"""Facts of AWS that several rooms share: launch types, Fargate's capacity providers, ARNs of
policies, the range of ports, and ranges with their units."""

from __future__ import annotations

import re
from typing import NamedTuple

from ecscli.base.units import HIGHEST_PORT, LOWEST_PORT

EC2, FARGATE, EXTERNAL = "EC2", "FARGATE", "EXTERNAL"
LAUNCH_TYPES = (EC2, FARGATE, EXTERNAL)
FARGATE_SPOT = "FARGATE_SPOT"
FARGATE_PROVIDERS = (FARGATE, FARGATE_SPOT)  # the names of AWS's own capacity providers
POLICY_ARN = re.compile(r"^arn:[a-z-]+:iam::(?:\d{12}|aws):policy/[\w+=,.@/-]+$")  # of IAM


class Range(NamedTuple):
    """An inclusive range of whole numbers with its unit as people write it."""

    low: int
    high: int
    unit: str = ""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high} {self.unit}".rstrip()

    def nearest(self, value: float) -> int:
        """The whole number of the range that is closest to a value, fractions cut off."""
        return min(max(int(value), self.low), self.high)


PORT = Range(LOWEST_PORT, HIGHEST_PORT)

# Ports by which data stores and message brokers are reached, never a web page
# Host ports that Docker chooses from: Linux's ephemeral ports
EPHEMERAL_PORTS = (32768, 60999)
DATA_STORE_PORTS = frozenset(
    {
        1433,  # SQL Server
        1521,  # Oracle
        2181,  # ZooKeeper
        2379,  # etcd
        3306,  # MySQL, MariaDB
        5432,  # PostgreSQL
        5672,  # RabbitMQ
        6379,  # Redis, Valkey
        8086,  # InfluxDB
        9042,  # Cassandra
        9092,  # Kafka
        9200,  # Elasticsearch, OpenSearch
        11211,  # memcached
        15672,  # RabbitMQ, management
        27017,  # MongoDB
    }
)
