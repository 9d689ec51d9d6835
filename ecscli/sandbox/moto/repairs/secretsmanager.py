"""Secrets Manager: a secret that is scheduled for deletion keeps its name and takes no value; an
ARN whose last part looks like a random end is a whole one."""

from __future__ import annotations

import functools
import re

from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend, SecretsStore

RANDOM_END = re.compile(r":secret:.*-.{6}$")
NAME_IS_TAKEN = "a secret with this name is already scheduled for deletion."
MARKED = "You can't perform this operation on the secret because it was marked for deletion."


def repair() -> None:
    if hasattr(SecretsManagerBackend.create_secret, "__wrapped__"):
        return
    keep_names_of_deleted()
    keep_values_of_deleted()
    read_arns_as_whole_ones()


def keep_names_of_deleted() -> None:
    original = SecretsManagerBackend.create_secret

    @functools.wraps(original)
    def create_secret(
        self: SecretsManagerBackend, name: str, *args: object, **given: object
    ) -> object:
        if is_leaving(self, name):
            raise InvalidRequestException(f"You can't create this secret because {NAME_IS_TAKEN}")
        return original(self, name, *args, **given)

    SecretsManagerBackend.create_secret = create_secret


def keep_values_of_deleted() -> None:
    original = SecretsManagerBackend.put_secret_value

    @functools.wraps(original)
    def put_secret_value(
        self: SecretsManagerBackend, secret_id: str, *args: object, **given: object
    ) -> object:
        if is_leaving(self, secret_id):
            raise InvalidRequestException(MARKED)
        return original(self, secret_id, *args, **given)

    SecretsManagerBackend.put_secret_value = put_secret_value


def is_leaving(backend: SecretsManagerBackend, secret_id: str) -> bool:
    secret = backend.secrets.get(secret_id)
    return isinstance(secret, FakeSecret) and secret.is_deleted()


def read_arns_as_whole_ones() -> None:
    """An ARN without its random end finds a secret by its name, unless the name ends as if with
    one."""
    contains, get, get_item = (
        SecretsStore.__contains__,
        SecretsStore.get,
        SecretsStore.__getitem__,
    )

    def is_known(self: SecretsStore, key: str) -> bool:
        if RANDOM_END.search(key):
            return any(secret.arn == key for secret in dict.values(self))
        return bool(contains(self, key))

    def find(self: SecretsStore, key: str) -> object:
        return get(self, key) if is_known(self, key) else None

    def item(self: SecretsStore, key: str) -> object:
        if not is_known(self, key):
            raise KeyError(key)
        return get_item(self, key)

    SecretsStore.__contains__, SecretsStore.get, SecretsStore.__getitem__ = is_known, find, item
