"""The HTTP face of orders."""
