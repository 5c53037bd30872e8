"""The routes of organizations, by noun."""
