"""Organizations over HTTP."""
