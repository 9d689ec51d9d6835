"""What commands need of this machine and of the account, looked at one by one, each with its
remedy."""
