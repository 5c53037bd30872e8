"""The routes of webhooks, by noun."""
