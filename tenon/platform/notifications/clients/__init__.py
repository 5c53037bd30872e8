"""The services that deliver pushes, each spoken to in its own protocol."""
