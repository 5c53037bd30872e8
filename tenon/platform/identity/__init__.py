"""Who people are: accounts, passwords, sessions and one-time secrets. Never what they may do in an organization."""
