"""Names that ECS or CloudFormation would refuse, found before anything is made."""

import pytest

from ecscli.cluster.read import names


@pytest.mark.parametrize("name", ["demo", "a-b_c", "x" * 255])
def test_names_of_clusters_that_ecs_takes(name: str) -> None:
    assert not list(names.of_cluster(name, "--cluster"))


@pytest.mark.parametrize("name", ["my cluster", "é", "x" * 256, "a/b"])
def test_names_of_clusters_that_it_does_not(name: str) -> None:
    (found,) = names.of_cluster(name, "--cluster")
    assert found.where == "--cluster"
    assert found.message.startswith("a cluster cannot be called")
    assert not list(names.of_stack(f"prefix-{name}", name, "")) or len(name) > 200, "found once"


@pytest.mark.parametrize("cluster", ["my_cluster", "x" * 108])
def test_a_cluster_whose_stack_cannot_be_called_so(cluster: str) -> None:
    (found,) = names.of_stack(f"amazon-ecs-cli-setup-{cluster}", cluster, "--cluster")
    assert "a stack cannot be called amazon-ecs-cli-setup-" in found.message
    assert "--cfn-stack-name NAME" in (found.hint or "")
    assert not list(names.of_stack("mine", cluster, ""))
