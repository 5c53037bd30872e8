"""Owned tables that no product has: on them the scopes and policies are tried. Installed by the test settings only."""
