"""PURE: a command or an option of another tool, typed to ecscli -> what to use here, in one
sentence."""

from __future__ import annotations

from collections.abc import Mapping

DEPLOY = "`ecscli compose service up` deploys a project as a service, `ecscli compose up` as a task"
CHECK = "`ecscli compose check` finds what is wrong with the files of a project"
PLAN = (
    "`ecscli plan` shows what `ecscli up` would change, `ecscli compose plan` what a project would"
)
OPEN = "`ecscli compose open` opens the address of a service in the browser"
STATUS = (
    "`ecscli ps` lists the containers of a cluster, `ecscli compose service ps` those of a service;"
    " `ecscli compose why` explains what does not run"
)
DELETE = "`ecscli compose service rm` deletes a service, `ecscli down` the whole cluster"
RESTART = (
    "`ecscli compose service restart` replaces the tasks of a service by new ones,"
    " `ecscli compose restart` tasks without a service"
)
EVENTS = "`ecscli compose why` explains why tasks stop, are not placed or are unhealthy"
SERVICE = (
    "`ecscli compose ls` lists the projects and services of the cluster; `ecscli compose service"
    " up`, `ps` and `rm` are for the service of this project"
)
TASKS = "`ecscli ps` lists the tasks of a cluster, `ecscli compose run` runs one"
TOP = (
    "ECS measures CPU and memory in CloudWatch (Container Insights); `ecscli compose ps` lists the"
    " containers, and `ecscli compose exec SERVICE top` shows the processes of one"
)
LOGIN = (
    "no command is needed: `ecscli push` and `ecscli pull` log in to ECR themselves, and"
    " `ecscli configure show` prints which AWS credentials are used"
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
        "destroy": DELETE,
        "diff": PLAN,
        "events": EVENTS,
        "exec": "`ecscli compose exec` runs a command in a running container",
        "list": CLUSTERS,
        "login": LOGIN,
        "open": OPEN,
        "remove": DELETE,
        "restart": RESTART,
        "rm": DELETE,
        "rollback": "`ecscli compose service rollback` goes back to an earlier revision",
        "run": "`ecscli compose run` runs one task of a project",
        "service": SERVICE,
        "services": SERVICE,
        "start": "`ecscli compose start` and `ecscli compose service start` start a project again",
        "stop": "`ecscli compose stop` and `ecscli compose service stop` stop a project",
        "svc": SERVICE,
        "task": TASKS,
        "tasks": TASKS,
        "top": TOP,
        "validate": CHECK,
        "verify": CHECK,
        "why": EVENTS,
    },
    "ecscli compose": {
        "apply": DEPLOY,
        "attach": "ecscli never stays attached; `ecscli compose logs --follow` prints the output",
        "convert": "`ecscli compose config` prints the project as ecscli understands it",
        "delete": DELETE,
        "diff": "`ecscli compose plan` shows what `ecscli compose up` would change",
        "events": EVENTS,
        "init": "a Compose file is all that is needed; `ecscli compose check` examines it",
        "kill": "`ecscli compose stop` stops the tasks of a project",
        "pause": "ECS cannot pause; `ecscli compose service stop` scales a service to zero",
        "port": "`ecscli compose ps` lists the ports",
        "rm": "`ecscli compose stop` stops tasks for good, `ecscli compose service rm` a service",
        "rollback": "`ecscli compose service rollback` goes back to an earlier revision",
        "top": TOP,
        "unpause": "ECS cannot pause; `ecscli compose service start` starts a service again",
        "validate": CHECK,
        "verify": CHECK,
        "version": "`ecscli --version` prints it",
        "watch": "`ecscli compose service up` deploys what changed, each time you run it",
    },
    "ecscli compose service": {
        "check": CHECK,
        "exec": "`ecscli compose exec` runs a command in a running container",
        "init": "a Compose file is all that is needed; `ecscli compose check` examines it",
        "inspect": STATUS,
        "open": OPEN,
        "remove": "`ecscli compose service rm` deletes the service",
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


TERMINAL = "tasks of `run` have no terminal; `ecscli compose exec` opens one in a running container"
SIZE = (
    "the number of tasks is --desired-count of `ecscli compose service up`; --size is the number"
    " of instances: `ecscli scale --size N`"
)
NEW_TASKS = "`ecscli compose restart` and `ecscli compose service restart` replace all tasks"
# an option of Docker Compose, by the names of the commands that it is typed to; "" is any of them
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "--size": {"up": SIZE, "create": SIZE},
    "-v": {"run": "add the mount to `volumes` in the Compose file"},
    "--volume": {"run": "add the mount to `volumes` in the Compose file"},
    "--scale": {"": "`ecscli compose service scale COUNT` scales all containers of the project"},
    "--force-recreate": {"": NEW_TASKS},
    "--remove-orphans": {"": "containers of one task come and go together: leave it out"},
    "-e": {"run": "write --env NAME=VALUE"},
    "-i": {"": TERMINAL},
    "-t": {"": TERMINAL},
    "-it": {"": TERMINAL},
    "-T": {
        "exec": "leave it out: `compose exec` needs the terminal that it is called on",
        "": "leave it out: tasks have no terminal",
    },
    "-q": {"": "write --quiet; --output json prints what scripts need"},
    "-o": {"": "write --output"},
    "--format": {"": "write --output json"},
}


def instead_of_option(command: str, option: str) -> str | None:
    """What to write instead of an option that another tool has; `command`: such as
    ``ecscli compose up``."""
    by_command = OPTIONS.get(option, {})
    return by_command.get(command.rpartition(" ")[2]) or by_command.get("")
