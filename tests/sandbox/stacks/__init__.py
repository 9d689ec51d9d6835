"""Tests of the sandbox: stacks."""
