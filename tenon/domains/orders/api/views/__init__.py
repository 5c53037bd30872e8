"""The routes of orders, by noun."""
