"""What a project's load balancer is about to become: what leaves, stays or is replaced, and what
the stack has meanwhile."""
