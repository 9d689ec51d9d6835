"""A report of `check` in the forms of its readers: people, programs, GitHub Actions, scanners."""
