"""Tasks without a service: started, replaced, scaled, stopped, waited for, or run as a program."""
