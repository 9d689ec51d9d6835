"""Tasks and services: what is wanted, what is live, the plan between the two, and its way to
AWS."""
