"""An AWS on this machine: moto, plus an ECS that lives."""
