"""Rules between the members of what runs a task definition: RunTask, StartTask, services."""
