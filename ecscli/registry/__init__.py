"""ECR images, and credentials of private registries."""
