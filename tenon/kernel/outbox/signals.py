"""Where metrics listen."""

from django.dispatch import Signal

# After every attempt: kind, name, outcome (delivered, retry, dead, lost), seconds.
settled = Signal()
