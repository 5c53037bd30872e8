"""Computation of the audit log that asks no database."""
