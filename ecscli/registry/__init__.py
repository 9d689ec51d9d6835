"""Images in ECR and in private registries: references, login, push, pull, lists, and stored
credentials."""
