"""What the containers of a task ask at 169.254.170.2: their metadata, the credentials of the task's
role, and the task's protection."""
