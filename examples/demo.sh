#!/bin/sh
# The main job from end to end, in a sandbox of its own that is stopped afterwards. `make demo` runs it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
XDG_STATE_HOME=$root/.demo
export XDG_STATE_HOME
rm -rf "$root/.demo"
mkdir -p "$root/.demo"
cp -R "$root/examples/simple-web" "$root/examples/wordpress" "$root/.demo"
trap 'ecscli sandbox stop >/dev/null 2>&1 || true' EXIT

say() { printf '\n# %s\n' "$*"; }
run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

say "A cluster of two instances, with network, role, launch template and Auto Scaling group"
run ecscli --sandbox configure --cluster demo --region us-east-1 --default-launch-type EC2 --config-name demo
run ecscli --sandbox configure default --config-name demo
run ecscli --sandbox up --capability-iam --size 2 --instance-type t3.micro --keypair demo

say "A Compose project, checked and run as a service"
cd "$root/.demo/simple-web"
run ecscli --sandbox compose check
run ecscli --sandbox compose --project-name simple-web service up
run ecscli --sandbox compose --project-name simple-web service ps
run ecscli --sandbox compose --project-name simple-web service scale 2

say "A new image tag: the plan, then a rolling update that is followed until it has finished"
sed 's/nginx:1.27/nginx:1.29/' docker-compose.yml >new.yml && mv new.yml docker-compose.yml
run ecscli --sandbox compose --project-name simple-web service plan || test $? -eq 3
run ecscli --sandbox compose --project-name simple-web service up
run ecscli --sandbox ps --desired-status RUNNING

say "Two containers in one task, and another task with a command of its own"
cd "$root/.demo/wordpress"
run ecscli --sandbox compose --project-name wordpress up --create-log-groups
run ecscli --sandbox compose --project-name wordpress run web "sleep 300"
run ecscli --sandbox compose --project-name wordpress ps
run ecscli --sandbox compose --project-name wordpress down

say "Clean up"
cd "$root/.demo/simple-web"
run ecscli --sandbox compose --project-name simple-web service rm
run ecscli --sandbox scale --capability-iam --size 1
run ecscli --sandbox down --force
run ecscli --sandbox sandbox stop
say "Done: a complete deployment to ECS, on this machine. To try it yourself, see README.md."
