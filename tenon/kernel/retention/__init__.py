"""What is not kept for ever is purged, and every purge says what it did.

An app declares a purge in its `tasks.py`, once: a function that deletes what has been kept for long enough and returns
how many rows that were.

    @purge("billing.purge", every=timedelta(hours=1))
    def purge_drafts() -> int:
        return services.purge(now=clock.now())

That makes a job and its schedule, and each run leaves a report: when it began, how long it took, how many rows it
deleted, or how it failed. `manage.py doctor`, the metrics and the portal tell of a purge that fails or does not run.
"""
