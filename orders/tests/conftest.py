import pytest

from orders.models import DeliveryMethod


@pytest.fixture(autouse=True)
def _ways_to_deliver(db: None) -> None:
    """As the migration seeds them; a transactional test empties every table."""
    for facts in (
        {"code": "pickup", "name": "Pick-up", "needs_address": False},
        {"code": "courier", "name": "Courier", "price": 350, "free_from": 10000},
    ):
        DeliveryMethod.objects.update_or_create(code=facts["code"], defaults=facts)
