"""Every write of the partner desk, by noun; import from here."""

from partners.services.correcting import corrected_list
from partners.services.documents import explain_prices, name_documents
from partners.services.exporting import export_list
from partners.services.runs import (
    apply_check,
    check_again,
    import_price_list,
    submit_price_list,
    undo_run,
)
from partners.services.sales import sales_as_csv, sales_by_day
from partners.services.sources import drop_source, set_source

__all__ = [
    "apply_check",
    "check_again",
    "corrected_list",
    "drop_source",
    "explain_prices",
    "export_list",
    "import_price_list",
    "name_documents",
    "sales_as_csv",
    "sales_by_day",
    "set_source",
    "submit_price_list",
    "undo_run",
]
