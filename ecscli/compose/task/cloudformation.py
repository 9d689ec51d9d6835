"""A RegisterTaskDefinition request -> a CloudFormation template with that
AWS::ECS::TaskDefinition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    properties |= {
        name: _role(properties[name])
        for name in ("TaskRoleArn", "ExecutionRoleArn")
        if name in properties
    }
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


def _role(role: str) -> Any:
    """CloudFormation takes ARNs alone, where ECS takes the name of a role too."""
    return (
        role
        if role.startswith("arn:")
        else {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{role}"}
    )


def _pascal(value: Any, parent: str) -> Any:
    if isinstance(value, Mapping):
        return {_name(parent, name): _child(name, item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_pascal(item, parent) for item in value]
    return value


def _child(name: str, value: Any) -> Any:
    return dict(value) if name in FREE_MAPS and isinstance(value, Mapping) else _pascal(value, name)


def _name(parent: str, name: str) -> str:
    return SPELLINGS.get(f"{parent}.{name}") or SPELLINGS.get(name) or name[0].upper() + name[1:]
