"""The paints that every drawing shares."""

from sheet import Colour, mix

INK = "#2f3237"
STEEL = "#b4bcc3"
WOOD = "#c0905c"
ASH = "#dcbc8c"
BRASS = "#c9a44f"
PAPER = "#f6f0e2"
GLASS = "#dcebee"
COFFEE = "#5a3a2a"
GLOW = "#ffd98a"


def deep(colour: Colour, share: float = 0.3) -> Colour:
    """A darker tone of the same paint."""
    return mix(colour, "#17152a", share)


def pale(colour: Colour, share: float = 0.4) -> Colour:
    """A lighter tone of the same paint."""
    return mix(colour, "#fffaf0", share)
