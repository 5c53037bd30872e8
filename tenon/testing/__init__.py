"""Personas, clients and fault helpers for tests. Stands on top of everything; nothing imports it."""
