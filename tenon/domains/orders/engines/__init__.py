"""What a cart costs, computed of values alone: no table, no clock, no request."""
