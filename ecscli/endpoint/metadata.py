"""Facts -> the documents of the task metadata endpoint, version 3 and 4. Pure.

Members and their spelling are those of the developer guide, "Amazon ECS task metadata endpoint
version 4".
"""

from __future__ import annotations

from datetime import UTC, datetime

from ecscli.endpoint.facts import ContainerFacts, ContainerPort, Interface, Json, TaskFacts

CPU_UNITS = 1024


def task_document(task: TaskFacts, version: int, tags: bool = False) -> Json:
    """The task and all its containers that have started; with its tags where they are asked for."""
    document = present(
        {
            "Cluster": task.cluster,
            "TaskARN": task.arn,
            "Family": task.family,
            "Revision": task.revision,
            "DesiredStatus": task.desired_status,
            "KnownStatus": task.known_status,
            "Limits": present({"CPU": task.cpu / CPU_UNITS, "Memory": task.memory}),
            "PullStartedAt": moment(task.pull_started_at),
            "PullStoppedAt": moment(task.pull_stopped_at),
            "AvailabilityZone": task.zone,
        }
    )
    started = [one for one in task.containers if one.docker_id]
    document["Containers"] = [container_document(one, version) for one in started]
    if version >= 4:
        more = {"LaunchType": task.launch_type, "ServiceName": task.service, "VPCID": task.vpc}
        document |= present(more)
    if tags and task.tags:
        document["TaskTags"] = dict(task.tags)
    return document


def container_document(one: ContainerFacts, version: int) -> Json:
    document = {
        "DockerId": one.docker_id,
        "Name": one.name,
        "DockerName": one.docker_name,
        "Image": one.image,
        "ImageID": one.image_id,
        "Ports": [port_document(port) for port in one.ports],
        "Labels": dict(one.labels),
        "DesiredStatus": one.desired_status,
        "KnownStatus": one.known_status,
        "ExitCode": one.exit_code,
        "Limits": {"CPU": one.cpu, "Memory": one.memory},
        "CreatedAt": moment(one.created_at),
        "StartedAt": moment(one.started_at),
        "Type": "NORMAL",
        "Health": present({"status": one.health}),
        "Networks": [network_document(network, version) for network in one.interfaces],
    }
    if version >= 4:
        document |= {
            "ContainerARN": one.arn,
            "LogDriver": one.log_driver,
            "LogOptions": dict(one.log_options),
        }
    return present(document)


def network_document(network: Interface, version: int) -> Json:
    document: Json = {"NetworkMode": network.mode, "IPv4Addresses": list(network.addresses)}
    if version >= 4:
        document |= present(
            {
                "MACAddress": network.mac,
                "IPv4SubnetCIDRBlock": network.block,
                "PrivateDNSName": network.private_dns_name,
                "SubnetGatewayIpv4Address": network.gateway,
            }
        )
    if version >= 4 and network.mode == "awsvpc":
        document["AttachmentIndex"] = 0
    return document


def port_document(port: ContainerPort) -> Json:
    document = {"ContainerPort": port.container, "Protocol": port.protocol, "HostPort": port.host}
    return present(document)


def present(members: Json) -> Json:
    """The members that are known."""
    return {name: value for name, value in members.items() if value not in (None, "", {}, [], 0.0)}


def moment(seconds: float | None) -> str | None:
    """RFC 3339 in UTC, as Go writes it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
