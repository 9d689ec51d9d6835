"""ECS as the sandbox lives it: clusters, instances, task definitions, tasks, services, capacity
providers.

Every module offers `ACTIONS`, a table from the API's operation to a function (Ecs, request) ->
response, both in the JSON shapes of the ECS API; `api.py` gathers them.
"""
