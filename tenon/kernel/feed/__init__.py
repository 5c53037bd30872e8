"""The feed: the public events of an organization in one order without gaps, to be read on from wherever one stopped.

A row of the outbox has a number before its transaction commits, so numbers become visible out of order: whoever
remembers the highest one seen misses what commits late. Here a place in the order is given after the commit, to one
event after another, under a lock that each organization has for itself. So a lower place is always visible first.
"""
