"""Pure computation of the catalog: no database, no clock, no network."""
