"""What a file is, what it is called, and what it is for: computation alone."""
