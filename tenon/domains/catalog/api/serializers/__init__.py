"""What the routes of the catalog take and give, but for the list of products."""
