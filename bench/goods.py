"""What the measured shop sells: names, facts and price lists, the same each time."""

import random
from collections.abc import Iterator

ADJECTIVES = (
    "amber ancient bright brisk calm classic clever compact crisp curious daily deep "
    "eager elegant fine frosty gentle golden grand handy hollow humble ivory jolly "
    "kindly light little lively mellow modern narrow noble olive patient plain "
    "polished quiet rapid rustic silver simple smooth sturdy sunny tidy velvet"
).split()
NOUNS = (
    "backpack basket blanket blender bottle bucket camera candle carpet charger "
    "compass cushion dresser drill earphones fountain freezer grinder guitar hammer "
    "headlamp helmet hammock jacket kettle keyboard ladder lantern lighter mattress "
    "mirror monitor notebook organizer pencil pillow printer projector raincoat "
    "scanner scooter shovel skillet speaker sweater tablet telescope teapot thermos "
    "toaster trousers tripod umbrella wallet wardrobe whistle"
).split()
MATERIALS = (
    "bamboo brass canvas ceramic copper cotton cork denim felt flint glass granite "
    "leather linen maple marble nylon oak paper pine plastic rubber silk steel walnut"
).split()
COLORS = ("black", "white", "red", "green", "blue", "yellow")
BRANDS = [f"{a.title()}{m}" for a in ADJECTIVES[:10] for m in MATERIALS[:5]]
ROOTS, CHILDREN, LEAVES = 5, 5, 4
OUT_OF_STOCK_EVERY = 20
STOCK = 100_000


def category_names() -> Iterator[tuple[str, str | None]]:
    """Name and parent's name, parents first: 5 roots, 25 below, 100 leaves."""
    for root in range(ROOTS):
        yield f"Hall {root}", None
        for child in range(CHILDREN):
            yield f"Aisle {root}-{child}", f"Hall {root}"
            for leaf in range(LEAVES):
                yield f"Shelf {root}-{child}-{leaf}", f"Aisle {root}-{child}"


def leaf_name(number: int) -> str:
    root, rest = divmod(number * 37 % 100, CHILDREN * LEAVES)
    child, leaf = divmod(rest, LEAVES)
    return f"Shelf {root}-{child}-{leaf}"


def name(number: int) -> str:
    """The name of a good; every pair of adjective and noun occurs equally often."""
    pair = number * 7919
    adjective = ADJECTIVES[pair % len(ADJECTIVES)]
    noun = NOUNS[pair // len(ADJECTIVES) % len(NOUNS)]
    material = MATERIALS[number % len(MATERIALS)]
    return f"{adjective.title()} {noun} of {material} {number}"


def brand(number: int) -> str:
    return BRANDS[number % len(BRANDS)]


def cents(number: int) -> int:
    """Prices from 10.00 to 999.99, without order."""
    return 1000 + (number * 2_654_435_761 % 2**32) * 99_000 // 2**32


def attributes(number: int) -> dict[str, str | int | float | bool]:
    return {
        "Color": COLORS[number % 6],
        "Weight (g)": 50 + number % 5000,
        "Width (cm)": 10.5 + number % 90,
        "Washable": number % 2 == 0,
    }


def mistyped(word: str, chance: random.Random) -> str:
    """The word with one typing error inside: swapped, dropped or doubled letter."""
    at = chance.randrange(1, len(word) - 2)
    kind = chance.randrange(3)
    if kind == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]


def price_list(*, shop: str, goods: int) -> bytes:
    """A partner's list as partners write it, about 300 bytes a good."""
    lines = [f"shop: {shop}", "categories:"]
    numbers = {}
    for number, (title, parent) in enumerate(category_names(), 1):
        numbers[title] = number
        lines += [f"  - id: {number}", f"    name: {title}"]
        if parent:
            lines.append(f"    parent: {numbers[parent]}")
    lines.append("goods:")
    for number in range(goods):
        lines.append(_good(shop, number, numbers[leaf_name(number)]))
    return "\n".join(lines).encode()


def _good(shop: str, number: int, category: int) -> str:
    price = cents(number)
    facts = "\n".join(
        f"      {key}: {str(value).lower()}"
        for key, value in attributes(number).items()
    )
    return f"""\
  - id: {4_000_000 + number}
    category: {category}
    name: {name(number)} {shop}
    model: {brand(number).lower()}/{number}
    brand: {brand(number)}
    price: {price // 100}.{price % 100:02}
    price_rrc: {price // 100 + 50}
    quantity: {number % 90}
    description: Made for every day, and lasts longer than you think.
    parameters:
{facts}"""
