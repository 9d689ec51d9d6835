"""ecs-cluster.yml and the flags of `up` -> ClusterSpec, every finding with its place."""
