#!/bin/sh
# The main job from end to end, in a sandbox of its own that is stopped afterwards. `make demo` runs it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
# `--sandbox --cluster demo --region us-east-1` of each command
XDG_STATE_HOME=$root/.demo ECSCLI_SANDBOX=1 ECS_CLUSTER=demo AWS_REGION=us-east-1
export XDG_STATE_HOME ECSCLI_SANDBOX ECS_CLUSTER AWS_REGION
rm -rf "$root/.demo"
mkdir -p "$root/.demo"
cp -R "$root/examples/simple-web" "$root/.demo"
trap 'ecscli sandbox stop >/dev/null 2>&1 || true' EXIT

say() { printf '\n# %s\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}

say "1. A cluster of two instances, with its network, role and Auto Scaling group"
run ecscli up --capability-iam --size 2 --instance-type t3.micro --keypair demo

say "2. A Compose file, run as a service, and then as two tasks"
cd "$root/.demo/simple-web"
run ecscli compose service up
run ecscli --quiet compose service scale 2

say "3. A new image: what would change, a rolling update, and what runs then"
sed 's/nginx:1.27/nginx:1.29/' docker-compose.yml >new.yml && mv new.yml docker-compose.yml
run ecscli compose service plan || test $? -eq 3
run ecscli --quiet compose service up
run ecscli ps --desired-status RUNNING

say "4. All of it deleted again"
run ecscli --quiet down --force
say "Done: a whole deployment to ECS, on this machine and without an account. README.md has the next steps."
