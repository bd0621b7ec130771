"""Whatever comes, it is read or refused."""

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partners.exceptions import PriceListInvalid
from partners.tests.reading import read_whole

KEYS = st.sampled_from(
    ["shop", "categories", "goods", "id", "name", "category", "price", "parameters"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | KEYS
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner),
    max_leaves=40,
)
SNIPPETS = st.sampled_from(
    [
        *"[]{}:,-?&*!|>'\"%@`# \n\t\r",
        "goods:\n- ",
        "shop: ",
        "---\n",
        "&a ",
        "*a",
        "<<: ",
    ]
)


def assert_read_or_refused(content: bytes) -> None:
    try:
        findings = read_whole(content).findings
        severities = {"warning"}
    except PriceListInvalid as refused:
        findings = refused.findings[:1]
        severities = {"error"}
    assert {finding.severity for finding in findings} <= severities


@settings(deadline=None)  # the machine may be busy
@given(st.binary() | st.text().map(lambda text: text.encode("utf-16", "ignore")))
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b"\xff\xfe\x00\x00")
def test_random_bytes_are_read_or_refused(content):
    assert_read_or_refused(content)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(SNIPPETS | KEYS | st.text(max_size=3)).map("".join))
def test_random_snippets_of_yaml_are_read_or_refused(text):
    assert_read_or_refused(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)  # the machine may be busy
@given(TREES | st.fixed_dictionaries({"shop": SCALARS, "goods": st.lists(TREES)}))
def test_random_yaml_is_read_or_refused(tree):
    assert_read_or_refused(yaml.safe_dump(tree, allow_unicode=True).encode())


@settings(deadline=None)  # the machine may be busy
@given(
    name=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1),
    price=st.decimals("0.01", "9999999999.99", places=2),
    quantity=st.integers(0, 1_000_000),
)
def test_what_is_written_is_read_back(name, price, quantity):
    good = {"id": 1, "category": 1, "name": name, "quantity": quantity}
    tree = {
        "shop": "S",
        "categories": [{"id": 1, "name": "C"}],
        "goods": [{**good, "price": str(price)}],
    }

    (read_back,) = read_whole(yaml.safe_dump(tree).encode()).goods

    assert (read_back.regular_price, read_back.stock) == (price, quantity)
