"""Which features are on, and for whom. Never what a feature does."""
