"""What this machine holds: regular files of bounded size, files that travel with the package,
programs to start, installed packages and their licences."""
