"""A RegisterTaskDefinition request -> a CloudFormation template with that
AWS::ECS::TaskDefinition."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Document, Draft

# Names that are not the API's with a capital first letter.
SPELLINGS = {
    "efsVolumeConfiguration": "EFSVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration": "FSxWindowsFileServerVolumeConfiguration",
    "s3filesVolumeConfiguration": "S3FilesVolumeConfiguration",
    "proxyConfiguration.properties": "ProxyConfigurationProperties",
    "efsVolumeConfiguration.fileSystemId": "FilesystemId",
    "authorizationConfig.iam": "IAM",
}
FREE_MAPS = {"options", "dockerLabels", "driverOpts", "labels"}  # whose keys are the user's own


def template(request: Document) -> Draft:
    """The template; its resource is called TaskDefinition, and its ARN is the output of that
    name."""
    properties = _pascal(request, "")
    for name in ("TaskRoleArn", "ExecutionRoleArn"):
        if name in properties:
            properties[name] = _role(properties[name])
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Task definition of the Compose project {request['family']}",
        "Resources": {
            "TaskDefinition": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}
        },
        "Outputs": {
            "TaskDefinition": {
                "Description": "ARN with revision",
                "Value": {"Ref": "TaskDefinition"},
            }
        },
    }


def _role(role: str) -> str | Draft:
    """CloudFormation takes ARNs alone, where ECS takes the name of a role too."""
    if role.startswith("arn:"):
        return role
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{role}"}


def _pascal(fields: Document, parent: str) -> Draft:
    return {_name(parent, name): _value(name, item) for name, item in fields.items()}


def _value(name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value) if name in FREE_MAPS else _pascal(value, name)
    if isinstance(value, list | tuple):
        return [_value(name, item) for item in value]
    return value


def _name(parent: str, name: str) -> str:
    return SPELLINGS.get(f"{parent}.{name}") or SPELLINGS.get(name) or name[0].upper() + name[1:]
