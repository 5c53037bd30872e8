"""Whatever comes in, the answer is a problem, never a 500, and nothing is stored."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tenon.testing.houses import PASSWORD, House
from tenon.testing.parallel import Answer, Connection, Request, Unanswered
from tenon.testing.stores import fingerprint

REGISTER = "/api/v1/auth/register/"
JSON = {"Content-Type": "application/json"}
GOOD = {"email": "bad-input@example.com", "password": PASSWORD}

BODIES: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "broken": b'{"email": "bad-input@example.com", "password": ',
    "two values": json.dumps(GOOD).encode() * 2,
    "single quotes": str(GOOD).encode(),
    "no object but an array": json.dumps([GOOD]).encode(),
    "no object but a string": b'"bad-input@example.com"',
    "no object but null": b"null",
    "a member twice": b'{"email": "a@example.com", "email": "bad-input@example.com", "password": "%s"}'
    % PASSWORD.encode(),
    "NaN": b'{"email": NaN, "password": Infinity}',
    "invalid UTF-8": json.dumps(GOOD).encode().replace(b"bad", b"b\xffd"),
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "byte order mark only": b"\xef\xbb\xbf",
    "NUL byte, raw": json.dumps(GOOD).encode().replace(b"bad", b"b\x00d"),
    "NUL byte, escaped": json.dumps(GOOD | {"email": "b\x00d@example.com"}).encode(),
    "NUL byte in a name": json.dumps(GOOD | {"first_name": "a\x00b"}).encode(),
    "NUL byte in a key": json.dumps(GOOD | {"na\x00me": "x"}).encode(),
    "lone surrogate": b'{"email": "b\\ud800d@example.com", "password": "%s"}' % PASSWORD.encode(),
    "lone surrogate in a name": json.dumps(GOOD).encode()[:-1] + b', "first_name": "\\udfff"}',
    "lone surrogate in the password": b'{"email": "bad-input@example.com", "password": "\\ud83d-long-enough"}',
    "lone surrogate in a key": json.dumps(GOOD).encode()[:-1] + b', "\\ud800": 1}',
    "10 000 deep array": b"[" * 10_000 + b"]" * 10_000,
    "10 000 deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "10 000 deep, never closed": b'{"email":' + b"[" * 10_000,
    "10 000 deep inside a field": b'{"email":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "a number of 10 000 digits": b'{"email": ' + b"9" * 10_000 + b', "password": 1}',
    "an exponent of 10 000 digits": b'{"email": 1e' + b"9" * 10_000 + b', "password": 1}',
    "100 000 members": json.dumps({str(number): 0 for number in range(100_000)}).encode(),
    "oversize": b'{"email": "' + b"a" * 12_000_000 + b'@example.com"}',
    **{
        f"{name} is {kind}": json.dumps(GOOD | {name: value}).encode()
        for name in ("email", "password", "first_name")
        for kind, value in {
            "null": None,
            "a number": 1,
            "true": True,
            "an array": ["a"],
            "an object": {"a": "b"},
        }.items()
    },
    "a password of a megabyte": json.dumps(GOOD | {"password": "a" * 1_000_000}).encode(),
    "an address of a megabyte": json.dumps(GOOD | {"email": "a" * 1_000_000 + "@example.com"}).encode(),
    "a field that is not known": json.dumps(GOOD | {"is_staff": True}).encode(),
}
TYPES = [
    "",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/jsonp",
    "application/json; charset=utf-7",
    "\t",
    "a" * 5000,
]
QUERIES = ["%ff", "%00", "%ed%a0%80", "a" * 20_000, "&".join(["a=1"] * 5000), "=&=&&;%"]


def test_bad_bodies_are_problems(home: House, proof_record: Callable[..., None]) -> None:
    good = json.dumps(GOOD).encode()
    wrong = {name: Request("POST", REGISTER, body=body, headers=JSON) for name, body in BODIES.items()}
    wrong |= {f"of type {kind}": Request("POST", REGISTER, body=good, headers={"Content-Type": kind}) for kind in TYPES}
    with _nothing_stored(home):
        seen = {name: _send(home, request) for name, request in wrong.items()}
    for name, answer in seen.items():
        assert answer.status in (400, 413, 415), (name, answer)
        assert answer.is_problem, (name, answer)
    proof_record(bodies=len(seen), statuses=_tally(seen), stored=0)


# Bytes as they travel; what granian's HTTP parser refuses never becomes a request, and its answer has no body.
HOST = b"Host: 127.0.0.1\r\n"
POST = b"POST %s HTTP/1.1\r\n%sContent-Type: application/json\r\n" % (REGISTER.encode(), HOST)
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

RAW: dict[str, bytes] = {
    "an unknown method": b"BREW /api/v1/auth/login/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unknown path": b"GET /nothing/here/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + HOST + b"\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n",
    "invalid UTF-8 in the path": b"GET /api/v1/auth/sessions/%ff%fe/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an encoded surrogate in the path": b"GET /api/v1/auth/sessions/%ed%a0%80/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an encoded NUL in the path": b"GET /api/v1/auth/sessions/a%00b/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an encoded line break in the path": b"GET /a%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n" + HOST + b"\r\n",
    "an encoded slash and dots": b"GET /static/..%2f..%2f..%2fetc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "dots": b"GET /static/../../../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "a percent sign alone": b"GET /%zz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path of 30 000 characters": b"GET /" + b"a" * 30_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "another host": b"GET /user/details/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "two hosts": b"GET /user/details/ HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "no host": b"GET /user/details/ HTTP/1.1\r\n\r\n",
    "a token that is no text": b"GET /user/details/ HTTP/1.1\r\n" + HOST + b"Authorization: Bearer \xff\xfe\r\n\r\n",
    "a token of 100 000 characters": b"GET /user/details/ HTTP/1.1\r\n"
    + HOST
    + b"Authorization: Bearer "
    + b"a" * 100_000
    + b"\r\n\r\n",
    "a version that is not served": b"GET /user/details/ HTTP/1.1\r\n"
    + HOST
    + b"Accept: application/json;version=v9\r\n\r\n",
    "nothing that we can write": b"GET /user/details/ HTTP/1.1\r\n" + HOST + b"Accept: image/png\r\n\r\n",
    "chunks": CHUNKED + b"5\r\n[1,2]\r\n0\r\n\r\n",
    "broken chunks": CHUNKED + b"ZZ\r\n[1,2]\r\n0\r\n\r\n",
    "a length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a compressed body": POST + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
}
REFUSED_BY_THE_SERVER: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a raw NUL in the path": b"GET /a\x00b HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X-Request-ID: a\x00b\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a negative length": POST + b"Content-Length: -5\r\n\r\n",
    "200 headers": b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n",
    "a header of a megabyte": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "a path of 70 000 characters": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
}


def test_bad_requests_are_problems(home: House, proof_record: Callable[..., None]) -> None:
    with _nothing_stored(home):
        seen = {name: answer for name, raw in RAW.items() if (answer := _send_raw(home, raw))}
        refused = {name: _send_raw(home, raw) for name, raw in REFUSED_BY_THE_SERVER.items()}
    assert seen.keys() == RAW.keys()
    for name, answer in seen.items():
        assert 400 <= answer.status < 500, (name, answer)
        assert answer.is_problem, (name, answer)
    for name, answer in refused.items():
        assert answer is None or answer.status in (400, 414, 431), (name, answer)
    proof_record(
        requests=len(seen),
        statuses=_tally(seen),
        refused_by_the_server=dict(
            sorted((name, answer.status if answer else "closed") for name, answer in refused.items())
        ),
        stored=0,
    )


def test_odd_queries_fail_nothing(home: House, proof_record: Callable[..., None]) -> None:
    person, names = home.sign_up(), ("sort", "cursor", "limit", "filter[id]", "format", "total")
    asked = [f"/api/v1/auth/sessions/?{name}={query}" for name in names for query in QUERIES]
    with _nothing_stored(home):
        answers = [home.call("GET", path, token=person.access) for path in asked]
    for answer in answers:
        assert answer.status in (200, 400, 404, 414), answer
        assert answer.status == 200 or answer.is_problem, answer
    proof_record(queries=len(asked), stored=0)


@contextmanager
def _nothing_stored(home: House) -> Iterator[None]:
    with home.undisturbed():
        before = fingerprint(home.store)
        yield
        assert fingerprint(home.store) == before


def _send_raw(home: House, raw: bytes) -> Answer | None:
    """The answer, if there is one: a server may also close the connection on what is no HTTP."""
    connection = Connection(home.api.port, timeout=20)
    try:
        connection.send(raw)
        return connection.receive()
    except Unanswered as closed:
        if closed.began:
            raise
        return None
    finally:
        connection.close()


def _send(home: House, request: Request) -> Answer:
    connection = home.connect()
    try:
        return connection.exchange(request)
    finally:
        connection.close()


def _tally(seen: dict[str, Answer]) -> dict[int, int]:
    statuses = [answer.status for answer in seen.values()]
    return {status: statuses.count(status) for status in sorted(set(statuses))}
