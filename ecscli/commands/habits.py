"""PURE: a command or an option of another tool, typed to ecscli -> what to use here, in one
sentence."""

from __future__ import annotations

from collections.abc import Mapping

DEPLOY = "`ecscli compose service up` deploys a project as a service, `ecscli compose up` as a task"
CHECK = "`ecscli compose check` finds what is wrong with the files of a project"
STATUS = (
    "`ecscli ps` lists the containers of a cluster, `ecscli compose service ps` those of a service;"
    " `ecscli compose why` explains what does not run"
)
DELETE = "`ecscli compose service rm` deletes a service, `ecscli down` the whole cluster"
RESTART = (
    "`ecscli compose service up --force-deployment` replaces the tasks of a service by new ones"
)
PULL = "ECS pulls the images itself when a task starts; `ecscli pull` gets one from ECR"
EVENTS = "`ecscli compose why` shows what happens to tasks, and why"
SERVICE = "the commands for services are in `ecscli compose service --help`"
TASKS = "`ecscli ps` lists the tasks of a cluster, `ecscli compose run` runs one"
LOGIN = (
    "ecscli signs in by itself: `ecscli push` and `ecscli pull` to ECR, every command to AWS with"
    " the credentials that `ecscli configure show` lists"
)
LOCAL = (
    "try a project on this machine with `docker compose up`, or as ECS runs it with"
    " `ecscli sandbox start --docker` and `ecscli --sandbox compose up`"
)
CLUSTERS = "`ecscli configure list` lists the stored clusters, `ecscli ps` what runs in one"

# by the path of the group: the word, and what to use
HABITS: Mapping[str, Mapping[str, str]] = {
    "ecscli": {
        "apply": DEPLOY,
        "build": "`ecscli compose build` builds the images of a project",
        "check": CHECK,
        "cluster": CLUSTERS,
        "config": "`ecscli compose config` prints a project, `ecscli configure show` the settings",
        "create": "`ecscli up` makes a cluster, `ecscli compose create` a task definition",
        "delete": DELETE,
        "deploy": DEPLOY,
        "destroy": DELETE,
        "diff": "`ecscli plan` shows what `ecscli up` would change, `ecscli compose plan` the rest",
        "doctor": "`ecscli configure show` lists the settings, `ecscli compose check` the mistakes",
        "events": EVENTS,
        "exec": "`ecscli compose exec` runs a command in a running container",
        "init": (
            "`ecscli configure` stores a cluster and a region, `ecscli up` makes the cluster, and"
            " `ecscli compose service up` runs a Compose file on it"
        ),
        "list": CLUSTERS,
        "local": LOCAL,
        "login": LOGIN,
        "ls": CLUSTERS,
        "restart": RESTART,
        "rm": DELETE,
        "rollback": "`ecscli compose service rollback` goes back to an earlier revision",
        "run": "`ecscli compose run` runs one task of a project",
        "service": SERVICE,
        "services": SERVICE,
        "start": "`ecscli compose start` and `ecscli compose service start` start a project again",
        "status": STATUS,
        "stop": "`ecscli compose stop` and `ecscli compose service stop` stop a project",
        "svc": SERVICE,
        "task": TASKS,
        "tasks": TASKS,
        "top": STATUS,
        "validate": CHECK,
        "verify": CHECK,
        "why": EVENTS,
    },
    "ecscli compose": {
        "apply": DEPLOY,
        "attach": "ecscli never stays attached; `ecscli compose logs --follow` prints the output",
        "convert": "`ecscli compose config` prints the project as ecscli understands it",
        "delete": DELETE,
        "deploy": DEPLOY,
        "events": EVENTS,
        "init": "a Compose file is all that is needed; `ecscli compose check` examines it",
        "kill": "`ecscli compose stop` stops the tasks of a project",
        "ls": "`ecscli ps` lists the containers of all projects in a cluster",
        "pause": "ECS cannot pause; `ecscli compose service stop` scales a service to zero",
        "port": "`ecscli compose ps` lists the ports",
        "pull": PULL,
        "rm": "`ecscli compose stop` stops tasks for good, `ecscli compose service rm` a service",
        "rollback": "`ecscli compose service rollback` goes back to an earlier revision",
        "status": STATUS,
        "top": STATUS,
        "unpause": "ECS cannot pause; `ecscli compose service start` starts a service again",
        "validate": CHECK,
        "verify": CHECK,
        "version": "`ecscli --version` prints it",
        "watch": "`ecscli compose service up` deploys what changed, each time you run it",
    },
    "ecscli compose service": {
        "check": CHECK,
        "deploy": DEPLOY,
        "exec": "`ecscli compose exec` runs a command in a running container",
        "init": "a Compose file is all that is needed; `ecscli compose check` examines it",
        "inspect": STATUS,
        "ls": "`ecscli ps` lists what runs in a cluster, `ecscli compose service ps` this service",
        "remove": "`ecscli compose service rm` deletes the service",
        "status": STATUS,
        "update": "`ecscli compose service up` creates or updates the service",
        "validate": CHECK,
        "verify": CHECK,
        "why": EVENTS,
    },
    "ecscli configure": {
        "get": "`ecscli configure show` lists each setting and where it comes from",
        "list-profiles": "`ecscli configure list` lists clusters and profiles",
        "ls": "`ecscli configure list` lists clusters and profiles",
        "set": "`ecscli configure --cluster NAME --region REGION` stores a configuration",
        "sso": "sign in with `aws sso login`, and name its profile with --aws-profile",
    },
}


def instead_of(group: str, word: str) -> str | None:
    """What to use instead of a word that is a command elsewhere; `group`: such as
    ``ecscli compose``."""
    return HABITS.get(group, {}).get(word)


DETACH = "ecscli never stays attached: leave it out; `ecscli compose logs --follow` prints output"
TERMINAL = "tasks of `run` have no terminal; `ecscli compose exec` opens one in a running container"
ALL = "containers that have stopped are listed already: leave it out"
# an option of Docker Compose, by the names of the commands that it is typed to; "" is any of them
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "-d": {"": DETACH},
    "--detach": {"": DETACH},
    "-v": {
        "down": "volumes of tasks go with them, and EFS file systems stay: leave it out",
        "run": "add the mount to `volumes` in the Compose file",
    },
    "--volumes": {"": "volumes of tasks go with them, and EFS file systems stay: leave it out"},
    "-a": {"ps": ALL},
    "--all": {"ps": ALL},
    "--profile": {
        "": "--compose-profile chooses profiles of the Compose file, --aws-profile credentials"
    },
    "--scale": {"": "`ecscli compose service scale COUNT` is for all containers of the project"},
    "--force-recreate": {"": "`ecscli compose service up --force-deployment` replaces all tasks"},
    "--remove-orphans": {"": "containers of one revision come and go together: leave it out"},
    "--rm": {"": "ECS forgets a task that has stopped by itself: leave it out"},
    "-e": {"run": "write --env NAME=VALUE"},
    "-i": {"": TERMINAL},
    "-t": {"": TERMINAL},
    "-it": {"": TERMINAL},
    "-T": {"": "leave it out: there is no terminal to turn off"},
    "-q": {"": "--output json prints what scripts need"},
    "--quiet": {"": "--output json prints what scripts need"},
    "-o": {"": "write --output"},
    "--format": {"": "write --output json"},
}


def instead_of_option(command: str, option: str) -> str | None:
    """What to write instead of an option that another tool has; `command`: such as
    ``ecscli compose up``."""
    by_command = OPTIONS.get(option, {})
    return by_command.get(command.rpartition(" ")[2]) or by_command.get("")
