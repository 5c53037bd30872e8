"""What people are told, over which channel, and what they have read. Never why they are told."""
