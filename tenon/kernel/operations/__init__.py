"""Long work as something to look at: an operation is started with its job, reports how far it is, and ends.

It owns what callers are told of their work. How the work is done and tried again is the outbox's business.
"""
