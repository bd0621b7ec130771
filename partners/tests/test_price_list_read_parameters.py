"""Reading parameters: typed by our own rules."""

import pytest

from partners.tests.test_price_list_read import HEAD, codes, make_good, read, refusals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("512", 512),
        ("-3", -3),
        (str(2**53), 2**53),
        (str(2**53 + 1), str(2**53 + 1)),
        ("6.5", 6.5),
        ("3.0", 3.0),
        ("TRUE", True),
        ("false", False),
        ('"512"', "512"),
        ("'true'", "true"),
        ("", ""),
        *((text, text) for text in ("yes", "no", "on", "off", "null", "2001-99-99")),
        *(
            (text, text)
            for text in ("190:20:30", "1_000", "007", ".nan", "1e308", "٤٢")
        ),
    ],
)
def test_parameters_are_typed_by_our_own_rules(text, value):
    (good,) = read(HEAD + make_good(parameters=f"{{a: {text}}}")).goods

    assert good.attributes == {"a": value}
    assert type(good.attributes["a"]) is type(value)


def test_parameters_may_be_a_list_of_names_and_values():
    parameters = "[{name: Color, value: red}, {name: Memory, value: 64}]"

    (good,) = read(HEAD + make_good(parameters=parameters)).goods

    assert good.attributes == {"Color": "red", "Memory": 64}


def test_a_list_of_parameters_is_checked():
    parameters = "[{name: A}, {value: 1}, {name: B, value: [1]}, {name: C, value: 1},"
    parameters += " {name: C, value: 2}, ]"

    title = "goods[0].parameters"
    assert refusals(HEAD + make_good(parameters=parameters)) == [
        (5, "missing-key", f"{title}[0] 'A': value is missing"),
        (5, "missing-key", f"{title}[1]: name is missing"),
        (5, "wrong-type", f"{title}[2] 'B': value must be a single value (line 5)"),
        (
            5,
            "duplicate-key",
            f"{title} 'Phone X': C is written twice, at lines 5 and 5",
        ),
    ]


@pytest.mark.parametrize(
    ("count", "expected"), [(200, []), (201, ["too-many-parameters"])]
)
def test_a_good_has_at_most_200_parameters(count, expected):
    parameters = ", ".join(f"p{number}: 1" for number in range(count))
    text = HEAD + make_good(parameters=f"{{{parameters}}}")

    if expected:
        assert codes(text) == expected
    else:
        assert len(read(text).goods[0].attributes) == count
