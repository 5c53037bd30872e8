"""What is purged says so: every job that deletes on a schedule is declared as a purge, and reports."""

import re

from tenon.kernel.outbox import registry
from tenon.kernel.retention.declaring import purges

_DELETES = re.compile(r"[._](purge|expire)(_|$)")


def test_every_job_that_purges_is_declared_as_one():
    named = {job.name for job in registry.jobs() if _DELETES.search(job.name)}
    assert named - set(purges()) == set(), "declare it by @purge of tenon.kernel.retention.declaring"


def test_purges_are_known():
    assert {"audit.purge", "files.expire", "outbox.purge", "retention.purge_reports"} <= set(purges())
    assert set(purges()) <= set(registry.schedules())
