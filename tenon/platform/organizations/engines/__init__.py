"""Computation about organizations, without a database."""
