"""Whatever a forger sends is a 401 problem: never accepted, never a 500."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from django.conf import settings

from conftest import PASSWORD, assert_problem

NEVER = 10**400  # more than any clock can tell


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def as_json(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def sign(head, payload, key=None, digest=hashlib.sha256):
    """A JWT of any header and payload; the right key unless another is given."""
    key = settings.JWT_KEY.encode() if key is None else key
    signed = f"{b64(as_json(head))}.{b64(as_json(payload))}"
    return f"{signed}.{b64(hmac.new(key, signed.encode(), digest).digest())}"


def parts(token):
    head, payload, _ = token.split(".")
    return [json.loads(base64.urlsafe_b64decode(p + "==")) for p in (head, payload)]


HS256 = {"alg": "HS256", "typ": "JWT"}


def rehead(**head):
    """The good payload under another header, signed with the right key."""
    return lambda good: sign(HS256 | head, parts(good)[1])


def reclaim(**claims):
    """The good payload with these claims changed, signed with the right key."""
    return lambda good: sign(HS256, parts(good)[1] | claims)


def without(claim):
    def forge(good):
        payload = parts(good)[1]
        del payload[claim]
        return sign(HS256, payload)

    return forge


def keyed(key):
    return lambda good: sign(HS256, parts(good)[1], key)


def raw(payload):
    """Any bytes as the payload, signed with the right key."""
    return lambda good: sign(HS256, payload)


def unsigned(alg):
    return lambda good: sign({"alg": alg}, parts(good)[1]).rsplit(".", 1)[0] + "."


def tampered_payload(good):
    head, _, signature = good.split(".")
    payload = parts(good)[1]
    return f"{head}.{b64(as_json(payload | {'user_id': 1}))}.{signature}"


def tampered_signature(good):
    signed, _, signature = good.rpartition(".")
    return f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def other_digest(good):
    payload = parts(good)[1]
    return sign({"alg": "HS512"}, payload, digest=hashlib.sha512)


def five_parts(good):
    return ".".join([b64(b'{"alg":"dir","enc":"A256GCM"}'), "", *good.split(".")])


DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
JWK = {"kty": "oct", "k": b64(b"k" * 32)}
MINE = b"k" * 32

FORGERIES = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg NONE": unsigned("NONE"),
    "alg nOnE": unsigned("nOnE"),
    "alg empty": unsigned(""),
    "alg none, signed": rehead(alg="none"),
    "alg RS256 over the secret": rehead(alg="RS256"),
    "alg ES256 over the secret": rehead(alg="ES256"),
    "alg HS512": other_digest,
    "alg HS384 in the header only": rehead(alg="HS384"),
    "alg unknown": rehead(alg="ROT13"),
    "alg a list": rehead(alg=["HS256"]),
    "alg a number": rehead(alg=256),
    "alg null": rehead(alg=None),
    "weak key secret": keyed(b"secret"),
    "weak key empty": keyed(b""),
    "weak key of the documents": keyed(b"django-insecure-key"),
    "key made of SECRET_KEY": lambda good: sign(
        HS256, parts(good)[1], settings.SECRET_KEY.encode()
    ),
    "kid to a file": lambda good: sign(
        HS256 | {"kid": "../../../../dev/null"}, parts(good)[1], b""
    ),
    "kid with SQL": lambda good: sign(
        HS256 | {"kid": "x' UNION SELECT 'k'--"}, parts(good)[1], b"k"
    ),
    "kid not text": rehead(kid={"a": 1}),
    "jku elsewhere": lambda good: sign(
        HS256 | {"jku": "http://127.0.0.1:9/jwks.json"}, parts(good)[1], MINE
    ),
    "jwk inside": lambda good: sign(HS256 | {"jwk": JWK}, parts(good)[1], MINE),
    "x5u elsewhere": lambda good: sign(
        HS256 | {"x5u": "http://127.0.0.1:9/x"}, parts(good)[1], MINE
    ),
    "crit unknown": rehead(crit=["b64x"], b64x=True),
    "b64 false": rehead(crit=["b64"], b64=False),
    "payload tampered": tampered_payload,
    "signature tampered": tampered_signature,
    "signature empty": lambda good: good.rsplit(".", 1)[0] + ".",
    "signature cut": lambda good: good[:-5],
    "signature not base64": lambda good: good.rsplit(".", 1)[0] + ".!!!",
    "header cut": lambda good: good[5:],
    "header a list": lambda good: sign([], parts(good)[1]),
    "header not JSON": lambda good: sign(b"{", parts(good)[1]),
    "header deep": lambda good: sign(DEEP, parts(good)[1]),
    "header not UTF-8": lambda good: sign(b"\xff\xfe", parts(good)[1]),
    "five parts": five_parts,
    "two parts": lambda good: good.rsplit(".", 1)[0],
    "only dots": lambda good: "..",
    "payload deep": raw(DEEP),
    "payload a list": raw([1]),
    "payload text": raw("text"),
    "payload null": raw(None),
    "payload not JSON": raw(b"{,}"),
    "payload not UTF-8": raw(b'{"a":"\xff"}'),
    "payload empty": raw({}),
    "payload of 5000 digits": raw(b'{"exp":' + b"9" * 5000 + b"}"),
    "expired": reclaim(exp=int(time.time()) - 1),
    "not yet": reclaim(nbf=int(time.time()) + 3600),
    "issued in the future": reclaim(iat=int(time.time()) + 3600),
    "exp text": reclaim(exp="soon"),
    "exp null": reclaim(exp=None),
    "exp a list": reclaim(exp=[1]),
    "exp for ever": reclaim(exp=NEVER),
    "exp past every calendar": reclaim(exp=10**15),
    "exp infinite": reclaim(exp=float("inf")),
    "exp NaN": reclaim(exp=float("nan")),
    "exp missing": without("exp"),
    "iat text": reclaim(iat="now"),
    "iat infinite": reclaim(iat=float("inf")),
    "nbf infinite": reclaim(nbf=float("inf")),
    "other audience": reclaim(aud="another-shop"),
    "audience an object": reclaim(aud={"a": "storekeeper"}),
    "audience missing": without("aud"),
    "other issuer": reclaim(iss="another-shop"),
    "issuer a list": reclaim(iss=["another-shop"]),
    "issuer missing": without("iss"),
    "token_type sliding": reclaim(token_type="sliding"),
    "token_type a list": reclaim(token_type=["access", "refresh"]),
    "token_type missing": without("token_type"),
    "user_id text": reclaim(user_id="1"),
    "user_id true": reclaim(user_id=True),
    "user_id an object": reclaim(user_id={"a": 1}),
    "user_id of another": reclaim(user_id=999_999),
    "user_id too large": reclaim(user_id=2**70),
    "user_id below zero": reclaim(user_id=-1),
    "user_id missing": without("user_id"),
    "sid a number": reclaim(sid=5),
    "sid a list": reclaim(sid=["a"]),
    "sid null": reclaim(sid=None),
    "sid not a UUID": reclaim(sid="session"),
    "sid with NUL": reclaim(sid="\0" * 32),
    "sid of nobody": reclaim(sid="5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11"),
    "sid missing": without("sid"),
    "jti a number": reclaim(jti=5),
    "jti missing": without("jti"),
    "very long": lambda good: f"{good}{'A' * 60_000}",
    "very long claim": reclaim(sid="a" * 60_000),
    "not ASCII": lambda good: f"{good}é",
    "NUL inside": lambda good: good.replace(".", ".\0", 1),
    "nothing but a word": lambda good: "token",
}


@pytest.fixture
def pair(client, ann):
    form = {"login": "ann", "password": PASSWORD}
    return client.post("/api/v1/sessions/", form).json()


@pytest.fixture
def browser(client):
    """A client to which an uncaught exception is an answer of 500."""
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("scheme", ["Bearer", "Token"])
def test_a_forged_access_token_opens_nothing(browser, pair, scheme, forge):
    credential = f"{scheme} {forge(pair['access'])}"

    answer = browser.get("/api/v1/me/", HTTP_AUTHORIZATION=credential)

    assert_problem(answer, 401, "not-authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_refresh_token_renews_nothing_and_ends_nothing(browser, pair, forge):
    token = forge(pair["refresh"])

    answer = browser.post("/api/v1/sessions/refresh/", {"refresh": token})

    # The parser refuses a NUL before anybody looks at the token.
    is_json = "\0" not in token
    assert_problem(answer, *((401, "token-invalid") if is_json else (400, "malformed")))
    good = {"refresh": pair["refresh"]}
    assert browser.post("/api/v1/sessions/refresh/", good).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "TOKEN"])
def test_the_good_token_passes(browser, pair, scheme):
    credential = f"{scheme} {pair['access']}"

    assert browser.get("/api/v1/me/", HTTP_AUTHORIZATION=credential).status_code == 200


def test_a_token_that_is_built_like_the_good_one_passes(browser, pair):
    """The forger's tools work: what refuses the table is not their clumsiness."""
    head, payload = parts(pair["access"])

    twin = sign(head, payload)

    answer = browser.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {twin}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Basic YTpi", "Bearer", "Bearer  ", "Token ", "Bearer a b", "Digest x", "x"],
)
def test_a_header_of_another_kind_is_refused(browser, header):
    answer = browser.get("/api/v1/me/", HTTP_AUTHORIZATION=header)

    assert_problem(answer, 401, "not-authenticated")
