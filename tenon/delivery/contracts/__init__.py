"""Older public paths: thin views over the services, each answering exactly what its document shows."""
