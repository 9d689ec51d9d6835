"""A support stack that cannot be deleted because something still uses it: deleted once more."""

from typing import Any

import pytest

from tests.conftest import Result
from tests.strength.ground import Ground
from tests.strength.scenes import Scene

DOWN = Scene("compose -p web -f named.yml down", "named")
STACK = "ecscli-demo-web"
DELETE = "cloudformation:DeleteStack"


def network_interface(ground: Ground) -> str:
    """An interface in a security group of the support stack."""
    [stack] = ground.census.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    outputs = {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}
    ec2 = ground.census.client("ec2")
    group = outputs["SecurityGroupFront"]
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    vpc = [{"Name": "vpc-id", "Values": [found["VpcId"]]}]
    subnet = ec2.describe_subnets(Filters=vpc)["Subnets"][0]["SubnetId"]
    made = ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def down(ground: Ground) -> Result:
    """The command, which may not look whether interfaces are left."""
    return ground.run(DOWN, "ec2:DescribeNetworkInterfaces", "denied")


def stacks(ground: Ground) -> list[str]:
    return [name for name in ground.census.take()["stacks"] if STACK in name]


@pytest.mark.process
def test_a_stack_is_deleted_once_more_when_its_security_group_is_free(ground: Ground) -> None:
    ground.prepare(DOWN.setup)
    interface, deletions = network_interface(ground), list[Any]()

    def let_go(name: str) -> None:
        """What used the group goes between the two deletions."""
        if name == DELETE:
            deletions.append(name)
            if len(deletions) == 2:
                client = ground.census.client("ec2")
                client.delete_network_interface(NetworkInterfaceId=interface)

    ground.proxy.before = let_go
    done = down(ground)
    assert done.code == 0, done.err
    assert f"Deleting stack {STACK} once more" in done.err
    assert (len(deletions), stacks(ground)) == (2, [])


@pytest.mark.process
def test_a_stack_that_stays_in_use_is_reported_after_the_second_time(ground: Ground) -> None:
    ground.prepare(DOWN.setup)
    network_interface(ground)
    failed = down(ground)
    assert failed.code == 5
    assert f"stack {STACK} ended as DELETE_FAILED" in failed.err
    assert "has a dependent object" in failed.err
    assert ground.proxy.calls.count(DELETE) == 2
    assert stacks(ground) == [f"{STACK} DELETE_FAILED"]
