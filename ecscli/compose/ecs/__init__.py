"""What ECS can and takes, as data: limits, the fate of every Compose key."""
