"""EC2 instances that come and go: a new one whose user data names a cluster joins it, one that ends
leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.sandbox.ecs.instances import api as instances
from ecscli.sandbox.ecs.model import Cluster
from ecscli.sandbox.ecs.services.scheduler import wake
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.moto.userdata import AgentConfig, read_user_data
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.instances import Instance as EC2Instance

#: What the sandbox notes on moto's instances, so that none is looked at twice.
SEEN = "_ecscli_seen"


def look_at_region(ecs: Ecs, backend: EC2Backend) -> None:
    """Let the instances of a region join or leave that appeared or ended since the last look."""
    for instance in backend.all_instances():
        alive = instance.state in ("pending", "running")
        if alive and not getattr(instance, SEEN, False):
            setattr(instance, SEEN, True)
            instance.nics[0].delete_on_termination = True  # EC2's default; moto keeps the interface
            boot(ecs, instance)
        elif not alive and instance.id in ecs.by_ec2_id:
            instances.leave(
                ecs,
                ecs.by_ec2_id[instance.id],
                f"Host EC2 (instance {instance.id}) {instance.state}.",
            )
            setattr(instance, SEEN, False)


def boot(ecs: Ecs, instance: EC2Instance) -> None:
    """The agent of a machine starts when the machine has booted."""
    config = read_user_data(str(instance.user_data or ""))
    if config.cluster is None and "ecs" not in image_name(ecs, instance.image_id):
        return
    wait = ecs.timeline.lasting("instance boots") + ecs.timeline.lasting("agent joins")
    ecs.timeline.after(wait, join, ecs, instance, config)


def image_name(ecs: Ecs, image_id: str) -> str:
    from moto.ec2.models import ec2_backends

    image = ec2_backends[ecs.account][ecs.region].amis.get(image_id)
    return str(image.name or "") if image else ""


def join(ecs: Ecs, instance: EC2Instance, config: AgentConfig) -> None:
    """Register with the cluster, or try again later when there is no such cluster yet."""
    if instance.state not in ("pending", "running") or instance.id in ecs.by_ec2_id:
        return
    cluster = ecs.clusters.get(config.cluster or "default")
    if cluster is None or cluster.status != "ACTIVE":
        ecs.timeline.paced("agent joins", join, ecs, instance, config)
        return
    machine = ecs.neighbours.machine(instance.id)
    if machine is not None:
        one = instances.join(ecs, cluster, machine, tags_of(instance, config), config.attributes)
        ecs.runtime.settle(one, instance)
        wake(ecs, cluster)


def tags_of(instance: EC2Instance, config: AgentConfig) -> list[Json]:
    """The tags of the agent's configuration, and those of the EC2 instance that it takes over."""
    tags = dict(config.tags)
    if config.tags_from_ec2:
        tags = {
            **{
                one["key"]: one["value"]
                for one in instance.get_tags()
                if not one["key"].startswith("aws:")
            },
            **tags,
        }
    return checked_tags({"key": key, "value": value} for key, value in tags.items())


def joined(cluster: Cluster) -> set[str]:
    return {one.ec2_id for one in cluster.instances.values()}
