"""Every documented exchange, as the README shows it."""

import pytest

from dialects.tests.documents import from_readme
from dialects.tests.replay import play


@pytest.mark.django_db
@pytest.mark.parametrize("operation", from_readme("diplom"), ids=lambda row: row.id)
def test_the_server_answers_as_the_readme_says(operation):
    play(operation)
