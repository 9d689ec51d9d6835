"""The one border to AWS: a session, clients on demand, paging, polling; botocore's errors become
ours."""
