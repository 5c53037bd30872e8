"""The views of API keys."""
