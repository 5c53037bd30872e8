"""Organization-owned rows: the model base, the scopes, and row-level security."""
