"""Jobs, as those see them who operate the system: which there are, how each run went, and when they come back.

It looks at the outbox and changes what staff may change there. It runs nothing.
"""
