"""Hostile lists, by the code of the finding that refuses them."""

import codecs
import io
import itertools
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from partners.tests.test_import import BLACK, HEAD

LIST = HEAD + BLACK
COLUMNS = "shop;id;name;category;price;quantity"
ROW = "Tea House;1;Black;Tea;200;7"


def value(key: str, text: str) -> bytes:
    """The good list with this one value instead."""
    old = next(line for line in BLACK.splitlines() if f" {key}:" in line)
    new = f"{old.partition(':')[0]}: {text}"
    return LIST.replace(old, new).encode()


def parameters(text: str) -> bytes:
    return f"{LIST}    parameters: {text}\n".encode()


def table(*rows: str, head: str = COLUMNS) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def book(*rows: list[Any]) -> bytes:
    workbook = Workbook()
    for row in (COLUMNS.split(";"), *rows):
        workbook.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def boasting(content: bytes, size: int) -> bytes:
    """An archive whose directory tells that its first member unpacks to this."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + size.to_bytes(4, "little") + content[place + 4 :]


def laughs(levels: int) -> str:
    names = [f"n{level}" for level in range(levels)]
    pairs = itertools.pairwise(names)
    return "\n".join(["n0: &n0 [x]", *(f"{n}: &{n} [*{m}]" for m, n in pairs)])


NUMBERS = (
    "-1 -0.01 +5 1e3 1e308 1E-5 .nan .inf -.inf NaN Infinity 0x1F 0b11 0o17 1_000 1:30 "
    "190:20:30 ٤٢ １２ ½ ² 1,5 1.999 .5 5. -- '' [] {} [1] {a: 1} ~ true no 2001-99-99 "
    "2026-11-24 twelve 12€ =1+1 @x"
).split()
HOSTILE: dict[str, dict[str, bytes]] = {
    "invalid-price": {
        f"price {text}": value("price", text)
        for text in [
            *NUMBERS,
            "9" * 5000,
            "0",
            "0.00",
            '"\\0"',
            '"1 990"',
            "'1\u00a0990'",
        ]
        if text not in {"''", "[]", "{}", "[1]", "{a:", "1}", "~", "@x", "--"}
    },
    "invalid-quantity": {
        f"quantity {text}": value("quantity", text)
        for text in [*NUMBERS, "7.0", "7.5", "9" * 5000]
        if text not in {"[]", "{}", "[1]", "{a:", "1}", "~", "@x", "2026-11-24", "''"}
    },
    "quantity-sentinel": {
        f"quantity {text}": value("quantity", text)
        for text in ("1000001", "9999999", "99999999999999999999")
    },
    "invalid-id": {
        f"id {text}": value("id", text)
        for text in (
            "-1",
            "-5.5",
            "-1e9",
            "\u22125",
            "9" * 40,
            str(2**50 + 1),
            "٤٢",
            "½",
        )
    },
    "wrong-type": {
        "a list as price": value("price", "[1]"),
        "a mapping as quantity": value("quantity", "{a: 1}"),
        "a list as id": value("id", "[]"),
        "a mapping as name": value("name", "{}"),
        "a list as category": value("category", "[2]"),
        "a list as shop": LIST.replace("Tea House", "[a]").encode(),
        "goods as a mapping": b"shop: a\ngoods: {a: 1}",
        "goods as text": b"shop: a\ngoods: many",
        "goods as a date": b"shop: a\ngoods: 2026-11-24",
        "categories as text": b"shop: a\ncategories: x\ngoods: []",
        "a good that is text": b"shop: a\ngoods: [x]",
        "a good that is a list": b"shop: a\ngoods: [[1]]",
        "a list of lists": b"- - - 1",
        "text": b"hello",
        "a number": b"5",
        "HTML": b"<html><body>\n<a href='x'>shop</a></body>\n",
        "a mapping as a key": b"shop: a\ngoods: []\n? {a: 1}\n: 2",
        "a list as a key": b"shop: a\ngoods: []\n? [a]\n: 2",
        "parameters as text": parameters("red"),
        "a parameter that is a list": parameters("{Color: [red]}"),
        "a parameter that is a mapping": parameters("{Color: {a: 1}}"),
        "JSON of another kind": b'["shop", "goods"]',
    },
    "missing-key": {
        "nothing but a name": b"shop: a\ngoods: [{name: x}]",
        "no shop": b"goods: []",
        "no goods": b"shop: a",
        "price of nothing": value("price", "~"),
        "quantity of nothing": value("quantity", ""),
        "name of nothing": value("name", "null"),
        "a merge key for the rest": b"shop: a\ngoods: [{<<: {price: 1}, name: x}]",
        "an empty good": b"shop: a\ngoods: [{}]",
        "a table without a shop": table(
            "1;x;Tea;5;7", head="id;name;category;price;quantity"
        ),
        "a table with an empty price": table("Tea House;1;Black;Tea;;7"),
    },
    "duplicate-key": {
        "price twice": (LIST + "    price: 1\n").encode(),
        "goods twice": (LIST + "goods: []\n").encode(),
        "shop twice": (LIST + "shop: Mine\n").encode(),
        "a parameter twice": parameters("{a: 1, a: 2}"),
        "a parameter twice, composed otherwise": parameters('{"é": 1, "e\u0301": 2}'),
        "a column twice": table(ROW + ";9", head=COLUMNS + ";price"),
    },
    "invalid-text": {
        "an empty name": value("name", "''"),
        "a name of spaces": value("name", "'   '"),
        "a name of a mebibyte": value("name", "x" * 2**20),
        "a brand of 256": (LIST + f"    brand: {'x' * 256}\n").encode(),
        "a description too long": (
            LIST + f"    description: {'x' * 100_001}\n"
        ).encode(),
    },
    "suspicious-characters": {
        f"{name} in a name": value("name", f'"tea{escape}"')
        for name, escape in {
            "NUL": "\\0",
            "a bell": "\\a",
            "an escape": "\\e[31m",
            "a newline": "\\n x",
            "a soft hyphen": "\\u00ad x",
            "a zero-width space": "\\u200b x",
            "a zero-width joiner": "\\u200d x",
            "right to left": "\\u202e x",
            "an isolate": "\\u2066 x",
            "a byte order mark": "\\ufeff x",
            "a line separator": "\\u2028 x",
            "an invisible tag": "\\U000e0041 x",
            "an interlinear mark": "\\ufff9 x",
        }.items()
    }
    | {
        "in a parameter": parameters('{Color: "re\\u202ed"}'),
        "in a parameter's name": parameters('{"Co\\u200blor": red}'),
        "in an article": value("id", '"a\\u200bb"'),
    },
    "control-character": {
        "NUL in the file": LIST.replace("Black", "Bl\0ck").encode(),
        "an escape in the file": LIST.replace("Black", "\x1b[2J").encode(),
        "DEL in the file": LIST.replace("Black", "\x7f").encode(),
        "a C1 character": LIST.replace("Black", "\x9b").encode(),
        "a non-character": LIST.replace("Black", "\ufffe").encode(),
        "an archive of nothing": archive(),
        "NUL in a table": table(ROW.replace("Black", "Bl\0ck")),
    },
    "encoding": {
        "cp1251": LIST.replace("Black", "Чёрный").encode("cp1251"),
        "KOI8-R": LIST.replace("Black", "Чёрный").encode("koi8-r"),
        "UTF-32": codecs.BOM_UTF32_LE + LIST.encode("utf-32-le"),
        "UTF-32, big end first": codecs.BOM_UTF32_BE + LIST.encode("utf-32-be"),
        "half a UTF-16": codecs.BOM_UTF16_LE + LIST.encode("utf-16-le")[:-1],
        "a lone surrogate in UTF-16": codecs.BOM_UTF16_LE + b"\x00\xd8a\x00",
        "a lone surrogate in UTF-8": LIST.encode().replace(b"Black", b"\xed\xa0\x80"),
        "an overlong slash": LIST.encode().replace(b"Black", b"\xc0\xaf"),
        "half a letter": LIST.encode() + b"# \xd0",
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)),
        "noise": bytes(range(1, 256)) * 40,
    },
    "too-deep": {
        "lists to 300,000": b"shop: a\ngoods: " + b"[" * 300_000,
        "mappings to 100,000": b"shop: a\ngoods: " + b"{a: " * 100_000,
        "blocks to 50": "".join(f"{' ' * n}a:\n" for n in range(50)).encode(),
        "dashes to 20,000": b"shop: a\ngoods:\n  " + b"- " * 20_000,
        "under a parameter": parameters("{a: " + "[" * 5000),
        "under an unknown key": b"x: " + b"[" * 5000,
    },
    "alias-not-allowed": {
        "a billion laughs": (laughs(20) + "\n" + LIST).encode(),
        "an alias of nothing defined": parameters("{a: &a 1, b: *a}"),
        "an anchor alone": value("price", "&a 200"),
        "a list inside itself": b"shop: a\ngoods: &g [*g]",
        "a merge of an alias": b"x: &x {price: 1}\nshop: a\ngoods: [{<<: *x}]",
    },
    "tag-not-allowed": {
        f"{tag} {text}": value("name", f"{tag} {text}")
        for tag, text in {
            "!!python/object/apply:os.system": "[ls]",
            "!!python/name:os.system": "x",
            "!!int": "abc",
            "!!timestamp": "x",
            "!!binary": "aGk=",
            "!!float": ".nan",
            "!!str": "tea",
            "!ruby/object:Gem": "{}",
            "!": "tea",
            "!<tag:yaml.org,2002:str>": "tea",
        }.items()
    }
    | {"a set": b"!!set {shop, goods}", "an ordered map": b"--- !!omap\n- shop: a"},
    "yaml-syntax": {
        "an open list": b"shop: [",
        "an open quote": b'shop: "tea',
        "a tab to indent": b"shop: a\ngoods:\n\t- id: 1",
        "an unknown directive's version": b"%YAML 9.9\n---\nshop: a",
        "an undefined handle": b"shop: !x!y a",
        "an alias without a name": b"shop: *",
        "a bad escape": b'shop: "\\q"',
        "an escape out of range": b'shop: "\\UFFFFFFFF"',
        "a reserved sign": value("price", "@x"),
        "two values in a line": b"shop: a: b",
        "a key without end": b"? " + b"x" * 5000 + b"\n: [",
    },
    "several-documents": {"two documents": (LIST + "---\nshop: b\n").encode()},
    "empty-file": {
        "nothing": b"",
        "a mark only": codecs.BOM_UTF8,
        "a comment only": b"# shop: a",
        "null": b"~",
    },
    "empty-item": {"a dash at the end": (LIST + "  -\n").encode()},
    "undeclared-category": {
        "another id": value("category", "9"),
        "a number without categories": b"shop: a\ngoods: [{category: 5, name: x}]",
        "a parent that is not there": LIST.replace("parent: 1", "parent: 7").encode(),
    },
    "category-circle": {
        "its own parent": LIST.replace("parent: 1", "parent: 2").encode(),
    },
    "invalid-discount": {
        "no discount at all": (LIST + "    discount_price: 200\n").encode(),
        "a raise": (LIST + "    discount_price: 999\n").encode(),
    },
    "too-many-parameters": {
        "a thousand": parameters("{" + ", ".join(f"p{n}: 1" for n in range(1000)) + "}")
    },
    "csv-syntax": {
        "an open quote in a table": table(ROW.replace("Black", '"Black')),
        "text behind a quote": table(ROW.replace("Black", '"Black"x')),
        "a field over the limit": table(ROW.replace("Black", "x" * 200_000)),
    },
    "xlsx-syntax": {
        "an archive of something else": archive(readme=b"hi"),
        "half a workbook": book(ROW.split(";"))[:2000],
        "four bytes of one": b"PK\x03\x04",
        "entities in its XML": archive(
            **{
                "[Content_Types].xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
                "xl/workbook.xml": b"<x/>",
            }
        ),
    },
    "too-large": {
        "a workbook that unpacks to 2 GB": boasting(archive(a=b"0"), 2**31 - 1),
        "a workbook of 2,000 members": archive(**{f"m{n}": b"" for n in range(2000)}),
    },
}
# A table is judged by the same rules.
HOSTILE["invalid-price"] |= {
    "a formula in a table": table(ROW.replace("200", "=1+1")),
    "a command in a table": table(ROW.replace("200", "=cmd|' /C calc'!A0")),
    "a formula in a workbook": book(["Tea House", 1, "Black", "Tea", "x=1", 7]),
    "a date in a workbook": book(["Tea House", 1, "Black", "Tea", "2026-11-24", 7]),
    "a number no float holds": book(["Tea House", 1, "Black", "Tea", 1e308, 7]),
}
HOSTILE["missing-key"] |= {
    "a formula that was never counted": book(["Tea House", 1, "B", "Tea", "=1+1", 7])
}
HOSTILE["invalid-quantity"] |= {
    "true in a workbook": book(["Tea House", 1, "Black", "Tea", 200, True])
}
CASES = [
    pytest.param(content, code, id=f"{code}: {name[:40]}")
    for code, cases in HOSTILE.items()
    for name, content in cases.items()
]
