"""Programs of the tests of load balancers: what runs behind one, and who asks it."""
