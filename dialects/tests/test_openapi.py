"""Each dialect's OpenAPI document: at its own address, valid, and complete."""

import re

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from dialects.openapi import document
from dialects.tests.documents import NAMES, from_readme
from dialects.tests.test_hostile import DOORS


@pytest.mark.parametrize("name", NAMES.values())
def test_the_document_is_valid_and_says_what_the_readme_says(name):
    made = document(name, "Shop")

    validate_schema(made)
    for operation in from_readme(name):
        for method in operation.methods:
            shown = made["paths"][operation.path][method.lower()]
            assert set(shown["responses"]) == {str(a.status) for a in operation.answers}
            assert shown["description"]


@pytest.mark.parametrize("name", NAMES.values())
def test_the_document_is_served_at_its_own_address(name):
    answer = Client().get(f"/api/schema/{name}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json()["openapi"] == "3.0.3"
    assert Client().get("/api/schema/nothing/").status_code == 404


def test_every_door_stands_in_a_readme():
    shown = {
        re.sub(r"{\w+}", "*", operation.path).rstrip("/")
        for name in NAMES.values()
        for operation in from_readme(name)
        if "verify-email" not in operation.path
    }
    samples = r"/(1|Tea|5f0c7b8e[-\w]+)(?=/)"

    assert {re.sub(samples, "/*", path).rstrip("/") for path in DOORS} == shown
