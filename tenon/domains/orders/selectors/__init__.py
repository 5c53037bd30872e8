"""Reading orders and what belongs to them. Values leave; querysets are for a list's own scope."""
