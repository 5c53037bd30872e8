"""What can be computed about webhooks without a database: signatures, patience, and who may be at work."""
