"""The process behind `tests.copies`: a sandbox that copies itself, as it is, for whoever asks.

`python -m tests.copied` makes an empty one that serves nobody, and prints the address of its copies
and the port on which it takes orders: `serve`, `keep`. Commands find its copies as they find a
sandbox that was started by one.
"""

import gc
import os
import signal
import socket
import threading
from contextlib import suppress

from botocore.exceptions import ClientError

from ecscli.sandbox.__main__ import alone, record_of
from ecscli.sandbox.http.server import Server
from ecscli.sandbox.place import HOST, Place
from ecscli.sandbox.process import Options
from ecscli.sandbox.timeline import FAST
from ecscli.sandbox.world import World

#: Seconds in which whoever asked for a copy must turn to it.
LIMIT = 60.0
#: A parameter of AWS: whoever asks for one of its kind waits until all have been read.
IMAGE = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended"
#: A call of each service that commands and stacks use: what it needs is loaded once for all copies.
FIRST_CALLS = {
    "application-autoscaling": "describe_scaling_policies",
    "autoscaling": "describe_auto_scaling_groups",
    "cloudformation": "describe_stacks",
    "ec2": "describe_vpcs",
    "ecr": "describe_repositories",
    "ecs": "list_clusters",
    "elbv2": "describe_load_balancers",
    "events": "list_rules",
    "iam": "list_roles",
    "logs": "describe_log_groups",
    "secretsmanager": "list_secrets",
    "servicediscovery": "list_services",
    "service-quotas": "list_services",
    "ssm": "describe_parameters",
    "sts": "get_caller_identity",
}


class Original:
    """A process with a world: it makes copies of itself for whoever is connected to it."""

    def __init__(self, server: Server, world: World) -> None:
        self.server, self.world = server, world

    def obey(self, control: socket.socket) -> None:
        """Take orders until whoever gives them is gone; answer each with the port of the copy."""
        with control:
            asker, _ = control.accept()
        with asker.makefile("r") as orders:
            for order in orders:
                asker.sendall(f"{self.copy(order.strip())}\n".encode())
        close_all_but(asker.fileno())  # before whoever waits for the end hears of it
        os._exit(0)

    def copy(self, order: str) -> int:
        """Make a copy; the port on which it takes orders."""
        control = socket.create_server((HOST, 0))
        control.settimeout(LIMIT)
        with self.world.lock:  # nothing is half done in the copy
            is_copy = os.fork() == 0
        if is_copy:
            self.begin(control, serves=order == "serve")
            self.obey(control)
        with control:
            return int(control.getsockname()[1])

    def begin(self, control: socket.socket, *, serves: bool) -> None:
        """What a copy does first: of threads only this one came along, and connections that are not
        its own."""
        close_all_but(control.fileno(), self.server.http.fileno())
        if serves:
            self.world.registry.clear()  # layers are on disk, and of no copy
            for target in (self.server.http.serve_forever, lambda: self.server.tick(self.world)):
                threading.Thread(target=target, daemon=True).start()


def close_all_but(*kept: int) -> None:
    """Close what other threads had open. Their numbers stay taken: nobody closes one twice."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/dev/fd"):
        number = int(name)
        if number > 2 and number not in (*kept, nowhere) and is_socket(number):
            os.dup2(nowhere, number)
    os.close(nowhere)


def is_socket(number: int) -> bool:
    try:
        return os.readlink(f"/dev/fd/{number}").startswith("socket:")
    except OSError:
        return False


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for copies
    place = Place.of(os.environ)
    place.make()
    with alone(place):
        server = Server.listening(HOST, [0], FAST, None)
        world = server.make(place.directory)
        server.opening.set_result(world)
        load(world)
        gc.freeze()  # what is never looked at by the collector stays shared by all copies
        place.write(record_of(server, Options()))
        control = socket.create_server((HOST, 0))
        print(server.url, control.getsockname()[1], flush=True)
        Original(server, world).obey(control)


def load(world: World) -> None:
    """Load what the calls of a test will need, and leave the world empty."""
    for service in FIRST_CALLS:
        call_first(world, service)
    world.reset()
    for service in ("ec2", "iam"):  # they come with networks and policies of AWS
        call_first(world, service)
    call(world, "ssm", "get_parameters", Names=[IMAGE])  # and this with images


def call_first(world: World, service: str) -> None:
    call(world, service, FIRST_CALLS[service])


def call(world: World, service: str, operation: str, **parameters: object) -> None:
    with suppress(ClientError):  # a refusal serves as well
        getattr(world.clients.get(service, "us-east-1"), operation)(**parameters)


if __name__ == "__main__":
    main()
