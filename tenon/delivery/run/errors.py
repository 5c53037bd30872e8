"""Why it does not start."""


class CannotStart(Exception):
    """Said in one line, with what to do about it, before anything is started."""
