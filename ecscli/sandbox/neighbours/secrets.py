"""The secrets that a task names: there or not, and their values."""

from __future__ import annotations

import json

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.neighbours.region import Region


class Secrets(Region):
    def missing_secret(self, task: Task) -> str | None:
        """The stopped reason of a task whose secrets cannot be fetched."""
        for container in task.containers:
            for one in container.definition.get("secrets", []):
                try:
                    self.secret(one["valueFrom"])
                except LookupError as error:
                    return (
                        "ResourceInitializationError: unable to pull secrets or registry auth: "
                        f"execution resource retrieval failed: unable to retrieve secret: {error}"
                    )
        return None

    def secret(self, source: str) -> str:
        """The value behind a valueFrom: an SSM parameter by name or ARN, or a secret (with key) by
        ARN."""
        if ":secretsmanager:" in source:
            return self._managed(source)
        name = source.partition(":parameter")[2] if ":parameter/" in source else source
        found = self.backend("ssm").get_parameter(name) or self.backend("ssm").get_parameter(
            name.lstrip("/")
        )
        if found is None:
            raise LookupError(f"invalid ssm parameters: {name}")
        return str(found.decrypt(found.value) or found.value)

    def _managed(self, source: str) -> str:
        parts = source.split(":")
        arn, key = ":".join(parts[:7]), parts[7] if len(parts) > 7 else ""
        try:
            text = str(self.backend("secretsmanager").get_secret_value(arn, "", "")["SecretString"])
        except Exception as error:
            raise LookupError(f"Secrets Manager can't find the specified secret {arn}") from error
        if not key:
            return text
        values = json.loads(text)
        if key not in values:
            raise LookupError(
                f"retrieved secret from Secrets Manager did not contain json key {key}"
            )
        return str(values[key])
