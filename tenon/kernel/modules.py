"""Which parts are switched off: those in the packages of `settings.PACKAGES_OFF`.

They stay installed: their tables are there, what they hold of a person is exported and erased, and their jobs that were
enqueued already are carried out. But what they declare for others to see or use is left out: routes, permission words,
handlers, schedules, types of events and notifications, pages of the portal. Each registry asks here for itself, so that
it does not matter who imports what.
"""

import sys

from django.conf import settings


def is_on(path: str) -> bool:
    """Whether the module of this dotted path belongs to nothing that is switched off."""
    off = settings.PACKAGES_OFF
    return not off or not any(f"{path}.".startswith(f"{package}.") for package in off)


def declaring() -> str:
    """The dotted path of the module that calls the function which asks, as `collections.namedtuple` finds its own."""
    return str(sys._getframe(2).f_globals["__name__"])
