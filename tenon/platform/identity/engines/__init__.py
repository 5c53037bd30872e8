"""Pure computation of identity: addresses, hashes and tokens. Knows no table."""
