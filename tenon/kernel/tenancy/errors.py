"""Mistakes of ours, not of a caller: they are never mapped to an answer, so that they surface as a fault."""


class NoScope(RuntimeError):
    """Owned rows were asked for, or written, where no scope says whose they are."""


class ScopeConflict(RuntimeError):
    """The open scope does not allow this: another organization, another person, or a write where it only reads."""
