"""Tests of the older paths that a journey does not show."""
