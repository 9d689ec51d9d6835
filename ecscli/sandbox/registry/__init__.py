"""The image registry of the sandbox: the Docker Registry HTTP API in front of the sandbox's ECR,
with the layers on disk."""
