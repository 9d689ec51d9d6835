"""Tests of the sandbox: moto."""
