"""The secrets that a task names: there or not, and their values."""

from __future__ import annotations

import json

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.neighbours.rights import Rights
from ecscli.sandbox.partitions import partition_of


class Secrets(Rights):
    def missing_secret(self, task: Task) -> str | None:
        """The stopped reason of a task whose secrets cannot be fetched."""
        for container in task.containers:
            for one in container.definition.get("secrets", []):
                try:
                    self._need_right(task, one["valueFrom"])
                    self.secret(one["valueFrom"])
                except LookupError as error:
                    return (
                        "ResourceInitializationError: unable to pull secrets or registry auth: "
                        f"execution resource retrieval failed: unable to retrieve secret: {error}"
                    )
        return None

    def _need_right(self, task: Task, source: str) -> None:
        """LookupError where the execution role may not read the secret or parameter."""
        if ":secretsmanager:" in source:
            action, resource = "secretsmanager:GetSecretValue", self._whole_arn(source)
        else:
            name = parameter_name(source).lstrip("/")
            place = f"arn:{partition_of(self.region)}:ssm:{self.region}:{self.account}"
            action, resource = "ssm:GetParameters", f"{place}:parameter/{name}"
        refused = self.may_not(task, action, resource)
        if refused:
            raise LookupError(refused)

    def _whole_arn(self, source: str) -> str:
        """The ARN of a secret with its random end, where there is such a secret."""
        arn = ":".join(source.split(":")[:7])
        found = self.backend("secretsmanager").secrets.get(arn)
        return str(found.arn) if found is not None else arn

    def secret(self, source: str) -> str:
        """The value behind a valueFrom: an SSM parameter by name or ARN, or a secret (with key) by
        ARN."""
        if ":secretsmanager:" in source:
            return self._managed(source)
        name = parameter_name(source)
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


def parameter_name(source: str) -> str:
    """The name of a parameter that is named by its name or its ARN."""
    return source.partition(":parameter")[2] if ":parameter/" in source else source
