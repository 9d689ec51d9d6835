"""What ECS refuses, row by row of the tables, over HTTP with boto3 alone."""
