"""The deployment of a service, followed to its end: its state, progress, trouble and targets."""
