"""CloudFormation as stacks of ECS need it: templates evaluated, changes found, resources made one
after the other.

`template`, `functions`, `parameters`, `order` and `changes` are pure; `operation` drives a stack
through time; `kinds` knows how each type of resource is made, changed and removed; `api` is what
clients call.
"""
