"""Tests of the sandbox: the data plane of load balancers."""
