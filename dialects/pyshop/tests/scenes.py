"""How each documented answer of the account API comes about, in the README's order."""

from django.utils import timezone

from accounts.models import User
from accounts.services import revoke_refresh
from conftest import PASSWORD
from dialects.tests.world import without


def register(w, doc):
    yield w.post("/api/register/", doc.example)
    other = {"email": "bob@example.com", "password": "password123"}
    for email in (None, "no address", doc.example["email"].upper()):
        refused = w.post("/api/register/", other | {"email": email})
        assert set(refused.json()) == {"email"}
    yield w.post("/api/register/", without(other, "email"))
    for password in ("seven77", "1234567890123"):
        refused = w.post("/api/register/", other | {"password": password})
        assert set(refused.json()) == {"password"}
    yield w.post("/api/register/", without(other, "password"))


def login(w, doc):
    w.post("/api/register/", doc.example)
    yield w.post("/api/login/", doc.example)
    yield w.post("/api/login/", doc.example | {"password": "wrong-password"})
    yield w.post("/api/login/", doc.example | {"email": "nobody@example.com"})
    yield w.post("/api/login/", without(doc.example, "email"))
    w.unconfirmed("late")
    yield w.post("/api/login/", {"email": "late@example.com", "password": PASSWORD})


def refresh(w, doc):
    pair = w.tokens("ann")
    yield w.post("/api/refresh/", doc.example | {"refresh": pair.refresh})
    assert w.post("/api/refresh/", {"refresh": ""}).status_code == 400
    yield w.post("/api/refresh/", {})
    for wrong in ("nonsense", "a.b.c", pair.refresh[:-2]):
        assert w.post("/api/refresh/", {"refresh": wrong}).status_code == 401
    yield w.post("/api/refresh/", {"refresh": pair.access})
    revoke_refresh(refresh=pair.refresh, now=timezone.now())
    yield w.post("/api/refresh/", {"refresh": pair.refresh})
    gone = w.tokens("bob").refresh
    User.objects.filter(username="bob").delete()
    yield w.post("/api/refresh/", {"refresh": gone})


def logout(w, doc):
    pair = w.tokens("ann")
    yield w.post("/api/logout/", doc.example | {"refresh": pair.refresh})
    assert w.post("/api/logout/", {"refresh": ""}).status_code == 400
    yield w.post("/api/logout/", {})
    for wrong in ("nonsense", pair.access):
        assert w.post("/api/logout/", {"refresh": wrong}).status_code == 400
    yield w.post("/api/logout/", {"refresh": pair.refresh})


def me(w, doc):
    form = without(doc.shown, "id") | {"password": PASSWORD}
    w.post("/api/register/", form)
    login = {"email": form["email"], "password": PASSWORD}
    access = w.post("/api/login/", login).json()["access"]
    yield w.get("/api/me/", auth=f"Bearer {access}")
    for auth in ("Bearer a.b.c", f"Bearer {access}x", "Basic YTpi", "Token nonsense"):
        assert w.get("/api/me/", auth=auth).status_code == 401
    yield w.get("/api/me/")


def me_update(w, doc):
    yield w.put("/api/me/", doc.example, auth=w.bearer("ann"))
    yield w.put("/api/me/", doc.example)
    w.person("bob")
    auth = w.bearer("carl")
    refused = w.put("/api/me/", {"email": "no address"}, auth=auth)
    assert set(refused.json()) == {"email"}
    yield w.put("/api/me/", {"email": "BOB@example.com"}, auth=auth)
    refused = w.put("/api/me/", {"username": "x" * 151}, auth=auth)
    assert set(refused.json()) == {"username"}
    yield w.put("/api/me/", {"username": "Bob"}, auth=auth)


SCENES = {
    "D3.register": register,
    "D3.login": login,
    "D3.refresh": refresh,
    "D3.logout": logout,
    "D3.me": me,
    "D3.me_update": me_update,
}
