"""What people belong to. Never who they are."""
