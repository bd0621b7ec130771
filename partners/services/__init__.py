"""Every write of the partner desk, by noun; import from here."""

from partners.services.documents import explain_prices, name_documents
from partners.services.runs import (
    apply_check,
    import_price_list,
    submit_price_list,
    undo_run,
)

__all__ = [
    "apply_check",
    "explain_prices",
    "import_price_list",
    "name_documents",
    "submit_price_list",
    "undo_run",
]
