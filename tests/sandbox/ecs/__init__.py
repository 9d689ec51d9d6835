"""Tests of the sandbox: ecs."""
