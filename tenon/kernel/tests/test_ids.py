"""Ids that follow from a digest."""

import hashlib
from uuid import RFC_4122

from tenon.kernel.ids import id_from


def test_an_id_from_a_digest_is_a_uuid_that_every_database_takes():
    ids = [id_from(hashlib.sha256(str(number).encode()).digest()) for number in range(100)]
    assert {(each.version, each.variant) for each in ids} == {(5, RFC_4122)}
    assert len(set(ids)) == 100
    assert id_from(b"\xff" * 32) == id_from(b"\xff" * 16)
    assert str(id_from(b"\xff" * 16)) == "ffffffff-ffff-5fff-bfff-ffffffffffff"
