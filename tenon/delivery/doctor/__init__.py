"""What `manage.py doctor` says of a deployment: what is configured, reachable and migrated, and what to do next."""
