"""The form of an API key. Never whether one is good: that is in the database."""
