"""One function for each job: a request goes in, events come out on the way, and an outcome at the
end. The commands and the Python API both run these; nothing here prints or asks."""
