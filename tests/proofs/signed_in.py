"""Signs schemathesis in: it loads this module, named in SCHEMATHESIS_HOOKS, into its own process."""

import os

import httpx
import schemathesis

_client = httpx.Client(base_url=os.environ["PROOF_URL"])
_closing = os.environ["PROOF_CLOSING"].splitlines()
_throwaways = os.environ["PROOF_THROWAWAYS"].split()


def _good(token: str) -> bool:
    return _client.get("/user/details/", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def _signed_in(email: str) -> str:
    answer = _client.post("/api/v1/auth/login/", json={"email": email, "password": os.environ["PROOF_PASSWORD"]})
    access: str = answer.raise_for_status().json()["access"]
    return access


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """A bearer token that is good when the request is sent: some cases sign out, so it is tried before each."""

    token = throwaway = "none-yet"

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        if case.operation.label in _closing:
            if not _good(self.throwaway):
                self.throwaway = _signed_in(_throwaways.pop())
            return self.throwaway
        if not _good(self.token):
            self.token = _signed_in(os.environ["PROOF_EMAIL"])
        return self.token

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
