"""An AWS on this machine: moto for most services, an ECS, a CloudFormation and instances that
really live.

`process` starts, stops and finds the one server process of a user; `__main__` is that process;
`server` puts everything behind one address. Nothing outside imports this room, except its own
command and cli.py.
"""
