"""Opening the file: encodings, forbidden characters, limits of size."""

import pytest

from partners.tests.reading import read_whole
from partners.tests.test_price_list_read import HEAD, make_good, read, refusals


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
    ],
    ids=["UTF-8 BOM", "UTF-16 LE", "UTF-16 BE", "CRLF"],
)
def test_the_same_list_is_read_from_other_encodings(encode):
    text = HEAD + make_good(name="Телефон")

    assert read_whole(encode(text)) == read(text)


def test_a_cp1251_list_is_told_its_encoding():
    content = (HEAD + make_good(name="Телефон")).encode("cp1251")

    message = "The file looks like Windows-1251 (cp1251); save it as UTF-8."
    assert refusals(content) == [(5, "encoding", message)]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a: \xe9\x98", 1, "The file is not UTF-8; save it as UTF-8."),
        (b"a: b\nc: \xff\x00", 2, "The file is not UTF-8; save it as UTF-8."),
        (
            b"a: \xed\xa0\x80",
            1,
            "The file looks like Windows-1251 (cp1251); save it as UTF-8.",
        ),
        (b"\xff\xfea", None, "The file is broken UTF-16; save it as UTF-8."),
        ("a: b".encode("utf-32"), None, "The file is UTF-32; save it as UTF-8."),
    ],
)
def test_other_encodings_are_refused(content, line, message):
    assert refusals(content) == [(line, "encoding", message)]


@pytest.mark.parametrize(("character", "shown"), [("\0", "0000"), ("\x1b", "001B")])
def test_control_characters_in_the_file_are_refused_with_their_line(character, shown):
    message = f"The file contains the control character U+{shown} at line 2."

    assert refusals(f"shop: a\ngoods: {character}") == [
        (2, "control-character", message)
    ]


def test_a_list_over_the_limit_of_goods_is_refused():
    text = HEAD + make_good() + make_good(id="2")

    assert refusals(text, goods_limit=1) == [
        (6, "too-many-goods", "The list has more than 1 goods.")
    ]


@pytest.mark.parametrize("text", ["", "# only a comment", "---\n", "null"])
def test_an_empty_file_is_refused(text):
    assert refusals(text) == [(None, "empty-file", "The file is empty.")]
