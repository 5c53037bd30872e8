"""What people do with the whole of it, one file a use case."""
