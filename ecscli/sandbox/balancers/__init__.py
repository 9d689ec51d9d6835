"""The data plane of load balancers: they listen, route by their rules, check health and drain."""
