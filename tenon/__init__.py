"""Tenon: one Django backend from which five products run."""

__version__ = "0.1.0"
