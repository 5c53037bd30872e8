"""Flags over HTTP, for clients."""
