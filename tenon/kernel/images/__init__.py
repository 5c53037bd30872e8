"""Pictures from strangers: what they are, without what they carry, decoded where it can do no harm.

`reading` is the way in. The bytes are parsed and decoded in child processes with little memory and little time
(`pool`, `child`), never in the process that answers requests.
"""
