"""CloudWatch Logs of tasks: which streams, which events, and following them."""
