"""The SQL of the roles, for a server in a given state; `test_database_roles` runs it on a real one."""

from types import SimpleNamespace
from typing import Any

from tenon.kernel.tenancy.roles import Roles, statements

ROLES = Roles("o", "a", "s")
SOUND = {"o": (True, *[False] * 6), "a": (True, *[False] * 6), "s": (False, *[False] * 6)}
DEFAULTS = 'ALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "public"'


class Server:
    """A cursor on a server whose roles and relations are given."""

    def __init__(
        self,
        roles: dict[str, tuple[bool, ...]],
        relations: list[tuple[str, str, bool]],
        *,
        narrow: tuple[str, ...] = (),
        superuser: bool = True,
        version: int = 150000,
    ) -> None:
        self.roles, self.relations, self.superuser = roles, relations, superuser
        self.narrow = narrow
        self.connection = SimpleNamespace(
            info=SimpleNamespace(server_version=version),
            pgconn=SimpleNamespace(encrypt_password=lambda password, user, algorithm: b"SCRAM-SHA-256$" + user),
        )
        self.answer: Any = None

    def execute(self, query: Any, params: Any = None) -> None:
        text = query if isinstance(query, str) else query.as_string(None)
        if "current_database()" in text:
            self.answer = ("d",)
        elif "rolname = current_user" in text:
            self.answer = (self.superuser,)
        elif "relname = ANY" in text:
            self.answer = [(name,) for name in params[0] if name in self.narrow]
        elif "pg_class" in text:
            self.answer = self.relations
        else:
            self.answer = self.roles.get(params[0])

    def fetchone(self) -> Any:
        return self.answer

    def fetchall(self) -> Any:
        return self.answer


def plan(server: Server, passwords: dict[str, str] | None = None, rights: dict[str, Any] | None = None) -> list[str]:
    return [statement.as_string(None) for statement in statements(server, ROLES, passwords or {}, rights or {})]


def test_a_new_server_gets_everything():
    assert plan(Server({}, [])) == [
        'CREATE ROLE "o" LOGIN NOINHERIT',
        'CREATE ROLE "a" LOGIN NOINHERIT',
        'CREATE ROLE "s" NOLOGIN NOINHERIT',
        'REVOKE "o" FROM "a"',
        'GRANT "s" TO "o"',
        'GRANT "s" TO "a"',
        'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "d" TO "o"',
        'GRANT CONNECT ON DATABASE "d" TO "a"',
        'ALTER SCHEMA "public" OWNER TO "o"',
        'REVOKE CREATE ON SCHEMA "public" FROM PUBLIC',
        'GRANT USAGE ON SCHEMA "public" TO "a", "s"',
        f'{DEFAULTS} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "a", "s"',
        f'{DEFAULTS} GRANT USAGE, SELECT ON SEQUENCES TO "a", "s"',
    ]


def test_sound_roles_are_left_alone():
    assert not [line for line in plan(Server(SOUND, [])) if "CREATE ROLE" in line or "ALTER ROLE" in line]


def test_what_is_wrong_with_a_role_is_taken_away():
    wrong = {**SOUND, "a": (False, True, True, True, True, True, True), "s": (True, *[False] * 6)}
    assert plan(Server(wrong, []))[:2] == [
        'ALTER ROLE "a" NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS NOINHERIT LOGIN',
        'ALTER ROLE "s" NOLOGIN',
    ]


def test_a_password_is_sent_as_a_hash_only():
    assert "ALTER ROLE \"a\" PASSWORD 'SCRAM-SHA-256$a'" in plan(Server(SOUND, []), {"a": "secret", "o": ""})


def test_since_postgresql_16_the_grant_itself_says_that_nothing_is_inherited():
    assert 'GRANT "s" TO "a" WITH INHERIT FALSE, SET TRUE' in plan(Server(SOUND, [], version=160000))


def test_an_administrator_who_is_no_superuser_becomes_the_owner_first():
    assert 'GRANT "o" TO CURRENT_USER' in plan(Server(SOUND, [], superuser=False))


def test_what_others_made_is_taken_over_and_granted():
    found = [("r", "t", False), ("S", "n", False), ("S", "t_id_seq", True), ("v", "w", False)]
    taken = [line for line in plan(Server(SOUND, found)) if '"public".' in line]
    assert taken == [
        'ALTER TABLE "public"."t" OWNER TO "o"',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON "public"."t" TO "a", "s"',
        'ALTER SEQUENCE "public"."n" OWNER TO "o"',
        'GRANT USAGE, SELECT ON SEQUENCE "public"."n" TO "a", "s"',
        'GRANT USAGE, SELECT ON SEQUENCE "public"."t_id_seq" TO "a", "s"',
        'ALTER VIEW "public"."w" OWNER TO "o"',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON "public"."w" TO "a", "s"',
    ]


def test_what_a_model_narrows_is_narrow_whoever_owned_it():
    rights = {"log": ("SELECT", "INSERT"), "of_tomorrow": ("SELECT",)}
    lines = plan(Server(SOUND, [("r", "log", False)], narrow=("log",)), rights=rights)
    assert [line for line in lines if '"log"' in line] == [
        'ALTER TABLE "public"."log" OWNER TO "o"',
        'REVOKE ALL ON "public"."log" FROM PUBLIC, "a", "s"',
        'GRANT SELECT, INSERT ON "public"."log" TO "a", "s"',
    ]
    assert not [line for line in lines if "of_tomorrow" in line]
