"""The views of the catalog, by noun."""
