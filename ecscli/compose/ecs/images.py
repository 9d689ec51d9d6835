"""The grammar of image references, as registries and Docker read them (distribution/reference)."""

from __future__ import annotations

import re

_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = rf"({_HOST}(\.{_HOST})*|\[[0-9a-fA-F:]+\])(:[0-9]+)?"
_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"

NAME = re.compile(rf"({_DOMAIN}/)?{_PART}(/{_PART})*(:{_TAG})?")  # all before the digest
DIGEST = re.compile(r"sha256:[0-9a-fA-F]{64}")  # the only one that ECS takes
REPOSITORY = re.compile(rf"{_PART}(/{_PART})*")
FORM = "write [REGISTRY/]REPOSITORY[:TAG|@DIGEST] in lower case, without https://"
#: Stand for what is not known yet of an image that will be built: the account, the region, and the
#: part of the tag that the digests of base images decide.
PLACES = {"<account>": "123456789012", "<region>": "us-east-1", "<bases>": "0123456789ab"}
# Last parts of the repositories of programs that store what they are given
OF_DATA_STORES = """
    cassandra clickhouse clickhouse-server cockroach couchbase couchdb elasticsearch etcd influxdb
    mariadb meilisearch minio mongo mongodb mssql mysql mysql-server neo4j opensearch postgis
    postgres postgresql rabbitmq redis rethinkdb scylla surrealdb timescaledb typesense valkey
    victoria-metrics weaviate zookeeper
"""
DATA_STORES = frozenset(OF_DATA_STORES.split())
ECR = re.compile(
    r"\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws|on\.aws|on\.amazonwebservices)"
)


def registry_host(name: str) -> str:
    """The host of a registry that the name of an image begins with, as Docker reads it; empty
    where there is none."""
    host, slash, _ = name.partition("/")
    return host if slash and ("." in host or ":" in host or host == "localhost") else ""


def repository_name(reference: str) -> str:
    """The repository of an image without registry, tag and digest: `immich-app/immich-server` of
    `ghcr.io/immich-app/immich-server:v1`, `nginx` of `docker.io/library/nginx`."""
    name = reference.partition("@")[0]
    host = registry_host(name)
    if host:
        name = name.removeprefix(f"{host}/")
    head, slash, last = name.rpartition("/")
    name = head + slash + last.partition(":")[0]
    return name.removeprefix("library/")


def without_places(reference: str) -> str:
    """A reference as it will be once account and region are known."""
    for place, example in PLACES.items():
        reference = reference.replace(place, example)
    return reference


def stores_data(reference: str) -> bool:
    """Whether the image is that of a known database, message broker or search engine."""
    return repository_name(reference).rpartition("/")[2] in DATA_STORES
