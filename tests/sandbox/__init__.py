"""The sandbox over HTTP, by boto3 alone, and its pure parts by themselves."""
