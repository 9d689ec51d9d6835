"""CloudWatch Logs of tasks: which streams they write, which time is asked for, and their lines in order."""
