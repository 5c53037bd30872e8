"""What can be done with carts, orders and their payments, by noun."""
