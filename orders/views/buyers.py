"""Whose cart and orders these are."""

from rest_framework.request import Request

from accounts.models import Customer
from accounts.permissions import account
from accounts.services import customer_of


def buyer(request: Request) -> Customer:
    """The customer behind the request; IsBuyer has let only accounts and guests in."""
    if isinstance(request.auth, Customer):
        return request.auth
    return customer_of(account(request))
