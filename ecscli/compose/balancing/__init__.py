"""Services that ask for a load balancer -> what it does for a port of each."""
