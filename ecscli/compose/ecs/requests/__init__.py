"""What ECS takes in RegisterTaskDefinition, RunTask, CreateService and UpdateService, member by
member."""
