"""The identity routes, by noun."""
