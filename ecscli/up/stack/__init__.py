"""CloudFormation stacks, the ECS cluster and its instances: read, planned, changed and watched."""
