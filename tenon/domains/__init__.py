"""The products. Each stands on the platform and knows no sibling above it."""
