from orders.tests.conftest import _ways_to_deliver  # noqa: F401
