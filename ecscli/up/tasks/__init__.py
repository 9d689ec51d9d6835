"""Tasks without a service: the plan to start, replace and stop them, and the wait for them."""
