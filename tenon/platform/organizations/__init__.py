"""What people belong to, as what, and who may join. Never who they are."""
