"""Tests of what a load balancer of a project needs on AWS."""
