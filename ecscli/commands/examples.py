"""The examples in the help of commands: a line to type, and what it does."""

from __future__ import annotations

from collections.abc import Mapping

Example = tuple[str, str]

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "check-attributes": (
        (
            "--task-def web",
            "The instances that cannot run the task definition, and what they lack.",
        ),
    ),
    "completion": (("bash >> ~/.bashrc", "Completion in every new shell of yours."),),
    "compose build": (("web --no-cache", "The image of one service, without the cache."),),
    "compose check": (
        ("--strict", "Fail on warnings too, in a CI."),
        ("--output github", "Annotations at the lines of a pull request."),
    ),
    "compose config": (("--services", "The names of the services, one a line."),),
    "compose create": (("--create-log-groups", "Register the task definition, and run nothing."),),
    "compose down": (
        ("", "Stop the tasks or delete the services of the project here."),
        ("--dry-run", "What that would delete."),
    ),
    "compose exec": (("web sh", "A shell in the container of web."),),
    "compose images": (("", "Which image each service uses, and where it comes from."),),
    "compose logs": (
        ("-f web", "The log of web, and what comes."),
        ("--since 10m", "What all services logged in the last ten minutes."),
    ),
    "compose open": (("web", "The address of web in the browser."),),
    "compose plan": (("", "What `ecscli compose up` would change."),),
    "compose port-forward": (("db 5433:5432", "localhost:5433 here is port 5432 of db."),),
    "compose prune": (("--keep 5 --dry-run", "The revisions that would be deregistered."),),
    "compose ps": (
        ("", "The containers of the project, with their ports."),
        ("--output json", "The same as a document, for scripts."),
    ),
    "compose push": (("", "Build what has changed, and push it to ECR."),),
    "compose render": (("", "The task definition as it would be registered; no call to AWS."),),
    "compose restart": (("web", "New tasks of web, started before the old ones stop."),),
    "compose run": (
        ('web "python manage.py migrate"', "A task of its own with another command for web."),
    ),
    "compose scale": (
        ("3", "Three tasks of the project."),
        ("web=3 worker=1", "Counts of services, with layout services."),
    ),
    "compose secrets ls": (("", "The secrets of the project, and whether AWS has them."),),
    "compose secrets push": (("db_password", "Write the value that is here to AWS."),),
    "compose secrets rm": (("db_password --yes", "Delete the secret on AWS."),),
    "compose service create": (("", "The service with no task; `service start` starts one."),),
    "compose service logs": (("-f", "The logs of the service's tasks, and what comes."),),
    "compose service plan": (("", "What `ecscli compose service up` would change."),),
    "compose service ps": (("", "The containers of the service, with their ports."),),
    "compose service restart": (("", "New tasks from the same task definition."),),
    "compose service rm": (("", "Delete the service and stop its tasks."),),
    "compose service rollback": (("", "Back to the revision before this one."),),
    "compose service scale": (("3", "Three tasks, followed until they run."),),
    "compose service start": (("", "One task, where the service has none."),),
    "compose service stop": (("", "No task; the service stays."),),
    "compose service up": (
        ("", "Create the service or deploy to it, and follow the deployment to its end."),
        ("--no-wait", "Return when AWS has the deployment; `service wait` follows it."),
    ),
    "compose service wait": (
        ("--timeout 15", "Follow the deployment for fifteen minutes at most."),
    ),
    "compose start": (("", "Start what `stop` has stopped."),),
    "compose stop": (("", "Stop the tasks; services stay with none."),),
    "compose up": (
        ("", "Run the project here, or change what runs."),
        ("--layout services", "An ECS service for each Compose service."),
        ("--dry-run", "What that would change."),
    ),
    "compose wait": (("", "Follow until everything runs; exit code 5 where it does not."),),
    "compose watch": (("", "The services and tasks of the project, live."),),
    "compose why": (("web", "Why web does not run, with the likeliest reason first."),),
    "configure": (
        (
            "--cluster demo --region eu-west-1 --default-launch-type FARGATE",
            "Cluster, region and launch type of commands that name none.",
        ),
    ),
    "configure default": (("--config-name demo", "Use this configuration from now on."),),
    "configure list": (("", "The stored configurations and profiles."),),
    "configure migrate": (("", "Turn an INI file of an old ecs-cli into today's files."),),
    "configure profile": (
        (
            "--access-key $KEY --secret-key $SECRET --profile-name ci",
            "Store keys; SSO and profiles of the AWS CLI need none.",
        ),
    ),
    "configure profile default": (("--profile-name ci", "Use this profile from now on."),),
    "configure show": (("", "Each setting in force, and where it comes from."),),
    "console": (("--cluster demo", "The cluster demo live in the browser."),),
    "doctor": (("--offline", "What this machine has, without a call to AWS."),),
    "down": (
        ("", "Delete the cluster and its stack, after a question."),
        ("--force", "Without the question, in scripts."),
    ),
    "images": (("web", "The images in the repository web."),),
    "init": (
        ("--region eu-west-1", "The files for Fargate, in a directory with a Compose file."),
        ("--launch-type EC2 --cluster shop", "The files for a cluster of instances called shop."),
    ),
    "instances": (("", "The container instances, and what is free on them."),),
    "license": (("", "The licence, and the notices of what ecscli uses."),),
    "local create": (("-f task-definition.json", "Write docker-compose.ecs-local.yml from it."),),
    "local down": (("", "Stop and remove the containers of the file here."),),
    "local env": (("web", "What ECS adds to the environment of web; no value is shown."),),
    "local exec": (("web sh", "A shell in the container of web."),),
    "local logs": (("--follow web", "What web writes, and what comes."),),
    "local ps": (("--all", "The containers of all files that run here."),),
    "local up": (
        ("", "Run the task definition or the Compose project of this directory."),
        ("--task-def-remote web", "Run the newest revision of a family on ECS."),
    ),
    "logs": (("--task-id $TASK --follow", "The log of a task, and what comes."),),
    "permissions": (
        ("compose up", "What `compose up` calls."),
        ("compose up --policy", "The policy of a role that deploys."),
    ),
    "plan": (("--capability-iam --size 3 --instance-type t3.small", "What `up` would change."),),
    "ps": (
        ("", "The containers of the cluster, with their ports."),
        ("--desired-status STOPPED", "Those that have stopped, and why."),
    ),
    "pull": (("web:2", "The image web:2 of ECR onto this machine."),),
    "push": (("web:2", "The image web:2 of this machine to ECR."),),
    "registry-creds up": (
        ("creds.yml --role-name pullers", "Store the credentials in Secrets Manager."),
    ),
    "render": (("--size 2 --instance-type t3.small", "The template of the cluster."),),
    "sandbox logs": (("", "What the sandbox has logged."),),
    "sandbox reset": (("", "An empty AWS again."),),
    "sandbox start": (("--docker", "An AWS on this machine whose containers run for real."),),
    "sandbox status": (("", "Whether one runs, and what is in it."),),
    "sandbox stop": (("", "End it, with all that is in it."),),
    "scale": (("--capability-iam --size 4", "Four container instances."),),
    "schema": (("cluster > cluster.json", "The keys of ecs-cluster.yml, for an editor."),),
    "up": (
        (
            "--capability-iam --size 2 --instance-type t3.small",
            "A cluster of two instances in a network of its own.",
        ),
        ("--launch-type FARGATE", "A network for tasks on Fargate, and no instance."),
    ),
    "watch": (("", "The cluster live: services, tasks, instances, events."),),
}


def lines(path: str) -> list[Example]:
    """The examples of a command by its path (`ecscli compose up`): whole lines to type, each with
    what it does."""
    program, _, words = path.partition(" ")
    return [
        (" ".join(part for part in (program, words, rest) if part), about)
        for rest, about in EXAMPLES.get(words, ())
    ]
