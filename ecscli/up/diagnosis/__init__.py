"""Why a service or a task does not run: facts read from AWS, and the reasons they give."""
