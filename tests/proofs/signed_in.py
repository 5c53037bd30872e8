"""Signs schemathesis in: it loads this module, named in SCHEMATHESIS_HOOKS, into its own process."""

import os

import httpx
import schemathesis

_client = httpx.Client(base_url=os.environ["PROOF_URL"])
_credentials = {"email": os.environ["PROOF_EMAIL"], "password": os.environ["PROOF_PASSWORD"]}

# Whoever has closed their account cannot go on: these are sent by nobody.
_LAST = {"DELETE /api/v1/profile/delete/", "DELETE /api/v1/users/delete_account/"}


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """A bearer token that is good when the request is sent: some cases sign out, so it is tried before each."""

    token = "none-yet"

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        if _client.get("/user/details/", headers={"Authorization": f"Bearer {self.token}"}).status_code != 200:
            answer = _client.post("/api/v1/auth/login/", json=_credentials)
            self.token = answer.raise_for_status().json()["access"]
        return self.token

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        if case.operation.label not in _LAST:
            case.headers["Authorization"] = f"Bearer {data}"
