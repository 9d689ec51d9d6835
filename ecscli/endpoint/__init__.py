"""What the containers of a task ask the ECS agent for: their metadata, the credentials of the role,
and the task's protection."""
