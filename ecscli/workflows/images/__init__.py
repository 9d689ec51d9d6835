"""Images: those of `build:` built and pushed; any image pushed to ECR, pulled from it, listed."""
