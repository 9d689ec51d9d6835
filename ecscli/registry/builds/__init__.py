"""Services with `build:` -> recipes, what becomes of each image, and the way to ECR."""
