"""What ECS refuses about the requests of RegisterTaskDefinition, RunTask, StartTask, CreateService
and UpdateService: tables, each row with its source in the API reference or the Developer Guide.

`shapes` walks a request along the API model and applies the limits of single members (`fields`).
The rules between members are in `tasks` for task definitions, and in `launches` for what runs them.
`members` lists the members that nothing is refused about, and why.
"""
