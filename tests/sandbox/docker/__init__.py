"""Tests of the sandbox: docker."""
