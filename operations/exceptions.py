"""What the operator's tools refuse, in a sentence for the operator."""


class OperationRefused(Exception):
    """Nothing was done; the text says why, and what to do."""
