"""Tests of the HTTP contract, on routes of their own (`routes.py`)."""
