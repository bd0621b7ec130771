"""A client that knows only the document, against a store that really runs."""

import pytest

pytestmark = pytest.mark.live


class AccountApi:
    """What a frontend of the account API does."""

    def __init__(self, http):
        self.http, self.tokens = http, {}

    def call(self, method, path, **body):
        token = self.tokens.get("access")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(method, path, json=body or None, headers=headers)

    def register(self, email, password):
        return self.call("POST", "/api/register/", email=email, password=password)

    def login(self, email, password):
        answer = self.call("POST", "/api/login/", email=email, password=password)
        if answer.status_code == 200:
            self.tokens = answer.json()
        return answer

    def refresh(self):
        refresh = self.tokens["refresh"]
        answer = self.call("POST", "/api/refresh/", refresh=refresh)
        self.tokens |= answer.json() if answer.status_code == 200 else {}
        return answer

    def logout(self):
        return self.call("POST", "/api/logout/", refresh=self.tokens["refresh"])


def test_register_login_me_change_refresh_logout(store):
    api = AccountApi(store.client())

    made = api.register("dora@example.com", "password123")
    assert (made.status_code, set(made.json())) == (201, {"id", "email"})
    assert api.login("dora@example.com", "wrong").json() == {
        "detail": "Invalid credentials"
    }
    assert api.login("DORA@example.com", "password123").status_code == 200
    me = api.call("GET", "/api/me/").json()
    assert me == made.json() | {"username": "dora@example.com"}
    changed = api.call("PUT", "/api/me/", username="dora").json()
    assert changed == me | {"username": "dora"}
    old = api.tokens["access"]
    assert api.refresh().status_code == 200
    assert api.tokens["access"] != old
    assert api.call("GET", "/api/me/").json() == changed
    assert api.logout().json() == {"success": "User logged out."}
    dead = api.refresh()
    assert (dead.status_code, dead.json()) == (
        401,
        {"detail": "Refresh token not found in database"},
    )
