"""What can go wrong between publishing a row and delivering it."""


class NotInTransaction(RuntimeError):
    """A row was published outside a transaction: it could outlive, or miss, the change that it tells of."""


class UnknownName(LookupError):
    """No event class or no job of this name is registered in this process."""


class Undecodable(ValueError):
    """A stored payload does not fit the fields that the code expects."""


class TemporaryFailure(Exception):
    """Raised by a job: try again later. Its message is stored and operators see it: no secrets."""


class PermanentFailure(Exception):
    """Raised by a job: trying again is pointless, dead-letter at once. Operators see its message: no secrets."""
