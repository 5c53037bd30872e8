"""The older paths of Kastoma, below /api/v1/, by noun. Where its path is ours as well, the app has it."""
