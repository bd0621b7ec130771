"""The admin's desk of the partners: who sells, from where, and what their lists did."""

from partners.admin.runs import PriceListRunAdmin
from partners.admin.shops import MembershipAdmin, PriceListSourceAdmin

__all__ = ["MembershipAdmin", "PriceListRunAdmin", "PriceListSourceAdmin"]
