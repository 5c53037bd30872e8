"""Mechanisms with no business noun. Imports nothing else of ours."""
