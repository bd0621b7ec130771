"""The contract itself, walked: every operation, every answer, every example.

Where the file is not at hand (a clone without its surroundings) this is skipped; the
READMEs, which hold the same with other sample data, are played in each dialect's tests.
"""

from importlib.util import find_spec

import pytest

from dialects.tests.documents import CONTRACT, NAMES, from_contract, from_readme
from dialects.tests.replay import play, scenes

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists(), reason="the contract's file is not beside the project"
)
BUILT = [key for key, name in NAMES.items() if find_spec(f"dialects.{name}")]
OPERATIONS = [
    operation
    for dialect in (BUILT if CONTRACT.exists() else [])
    for operation in from_contract(dialect)
]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_the_server_answers_as_the_contract_says(operation):
    play(operation)


@pytest.mark.parametrize("dialect", BUILT)
def test_scenes_readme_and_contract_name_the_same_operations(dialect):
    contract = from_contract(dialect)
    readme = from_readme(NAMES[dialect])

    assert [row.id for row in readme] == [row.id for row in contract]
    assert set(scenes(dialect)) == {row.id for row in contract}
    for mine, theirs in zip(readme, contract, strict=True):
        assert (mine.methods, mine.path) == (theirs.methods, theirs.path), mine.id
        assert [a.status for a in mine.answers] == [a.status for a in theirs.answers]
        assert mine.answers[0].is_exact == theirs.answers[0].is_exact, mine.id
