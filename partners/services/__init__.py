"""Every write of the partner desk, by noun; import from here."""

from partners.services.runs import import_price_list, submit_price_list

__all__ = ["import_price_list", "submit_price_list"]
