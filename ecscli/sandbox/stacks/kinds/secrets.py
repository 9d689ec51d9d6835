"""Values that tasks are given: secrets and parameters."""

from __future__ import annotations

import json
import secrets
import string

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, truth, without

#: The length of a generated secret without a setting, and the characters that it is made of.
LENGTH = 32
SETS = {
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeUppercase": string.ascii_uppercase,
    "ExcludeNumbers": string.digits,
    "ExcludePunctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}


def generated(rule: Json) -> str:
    """A value as GenerateSecretString describes it, inside its template where it has one."""
    unwanted = str(rule.get("ExcludeCharacters", ""))
    sets = [text for name, text in SETS.items() if not truth(rule.get(name, False))]
    accepted = [one for one in "".join(sets) if one not in unwanted]
    length = int(rule.get("PasswordLength", LENGTH))
    value = "".join(secrets.choice(accepted) for _ in range(length))
    if "GenerateStringKey" not in rule:
        return value
    template = json.loads(rule.get("SecretStringTemplate", "{}"))
    return json.dumps({**template, rule["GenerateStringKey"]: value})


def create_secret(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Name", "GenerateSecretString", "ReplicaRegions", "Tags")
    if "GenerateSecretString" in properties:
        wanted["SecretString"] = generated(properties["GenerateSecretString"])
    elif "SecretString" not in wanted:
        wanted["SecretString"] = generated({})
    name = site.name(properties, "Name", 512)
    found = site.client("secretsmanager").create_secret(
        Name=name, Tags=site.all_tags(properties), **wanted
    )
    return Made(found["ARN"], {"Id": found["ARN"]})


def update_secret(site: Site, made: Made, old: Json, new: Json) -> Made:
    wanted = {key: new[key] for key in ("Description", "KmsKeyId", "SecretString") if key in new}
    site.client("secretsmanager").update_secret(SecretId=made.id, **wanted)
    return made


def delete_secret(site: Site, made: Made, properties: Json) -> None:
    site.client("secretsmanager").delete_secret(SecretId=made.id, ForceDeleteWithoutRecovery=True)


def create_parameter(site: Site, properties: Json) -> Made:
    return put_parameter(site, site.name(properties, "Name", 1011), properties)


def put_parameter(site: Site, name: str, properties: Json, overwrite: bool = False) -> Made:
    wanted = without(properties, "Name", "Tags")
    site.client("ssm").put_parameter(Name=name, Overwrite=overwrite, **wanted)
    return Made(name, {"Type": properties["Type"], "Value": str(properties["Value"])})


def update_parameter(site: Site, made: Made, old: Json, new: Json) -> Made:
    return put_parameter(site, made.id, new, overwrite=True)


def delete_parameter(site: Site, made: Made, properties: Json) -> None:
    site.client("ssm").delete_parameter(Name=made.id)


KINDS = (
    Kind(
        "AWS::SecretsManager::Secret",
        create_secret,
        delete_secret,
        update_secret,
        frozenset({"Name"}),
    ),
    Kind(
        "AWS::SSM::Parameter",
        create_parameter,
        delete_parameter,
        update_parameter,
        frozenset({"Name"}),
    ),
)
