"""Draw a picture for every product of the demo price lists.

    python demo/draw_pictures.py

Writes demo/pictures/<price list>/<id>.webp; the same lists give the same pictures.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from drawings import indoors, kitchen, outdoor
from PIL import Image, ImageDraw
from sheet import FLOOR, SIDE, SUPERSAMPLE, UNIT, Colour, Sheet, distance, mix, rgb

HERE = Path(__file__).parent

# The first word found in a product's name decides what is drawn, and how large.
KINDS: list[tuple[str, Callable[[Sheet, Colour], None], float]] = [
    ("hand coffee grinder kveldamo parlour", kitchen.box_mill, 1),
    ("ручная кофемолка", kitchen.box_mill, 1),
    ("hand coffee grinder", kitchen.hand_grinder, 1),
    ("electric coffee grinder", kitchen.electric_grinder, 1),
    ("gooseneck kettle", kitchen.gooseneck_kettle, 1),
    ("electric kettle", kitchen.electric_kettle, 1),
    ("электрический чайник", kitchen.electric_kettle, 1),
    ("stovetop kettle", kitchen.stovetop_kettle, 1),
    ("чайник", kitchen.stovetop_kettle, 0.92),
    ("enamel mug", kitchen.enamel_mug, 1),
    ("espresso mug", kitchen.mug, 0.78),
    ("mug", kitchen.mug, 1),
    ("кружка", kitchen.mug, 0.92),
    ("french press", kitchen.french_press, 1),
    ("френч-пресс", kitchen.french_press, 0.88),
    ("dripper", kitchen.dripper, 1),
    ("pan morrowpot daybreak 20", kitchen.frying_pan, 0.86),
    ("frying pan", kitchen.frying_pan, 1),
    ("сковорода", kitchen.frying_pan, 0.95),
    ("stockpot morrowpot sunday 3", kitchen.stockpot, 0.86),
    ("stockpot", kitchen.stockpot, 1),
    ("кастрюля", kitchen.stockpot, 0.94),
    ("tunnel tent", outdoor.tunnel_tent, 1),
    ("tent", outdoor.dome_tent, 1),
    ("палатка", outdoor.dome_tent, 0.95),
    ("lantern glimmerby moth", outdoor.pocket_lantern, 1),
    ("фонарь", outdoor.pocket_lantern, 1.08),
    ("lantern", outdoor.lantern, 1),
    ("sip 0.35", outdoor.flask, 0.8),
    ("longwalk 0.5", outdoor.flask, 0.9),
    ("flask", outdoor.flask, 1),
    ("термос", outdoor.flask, 1),
    ("trekking backpack", outdoor.trekking_backpack, 1),
    ("lark 16", outdoor.backpack, 0.86),
    ("backpack", outdoor.backpack, 1),
    ("рюкзак", outdoor.backpack, 1),
    ("headphones", indoors.headphones, 1),
    ("earbuds", indoors.earbuds, 1),
    ("bookshelf speaker", indoors.bookshelf_speaker, 1),
    ("speaker boomwren boulder", indoors.boom_speaker, 1),
    ("speaker", indoors.round_speaker, 1),
    ("mallet", indoors.rubber_mallet, 1),
    ("hammer", indoors.claw_hammer, 1),
    ("молоток", indoors.claw_hammer, 1),
    ("sixpence", indoors.screwdriver, 0.82),
    ("screwdriver", indoors.screwdriver, 1),
    ("pocket notebook", indoors.notebook, 0.74),
    ("notebook", indoors.notebook, 1),
    ("блокнот", indoors.spiral_notebook, 1),
    ("ballpoint pen", indoors.ballpoint_pen, 1),
    ("pen", indoors.fountain_pen, 1),
    ("ручка", indoors.fountain_pen, 1),
]

PAINTS = {
    "beige бежевый": "#d9c4a0",
    "black чёрный": "#383c43",
    "blue синий": "#3d68a8",
    "brass": "#c9a44f",
    "burgundy бордовый": "#86394a",
    "copper медный": "#c07a50",
    "cream": "#efe2c4",
    "forest-green": "#3b6b52",
    "graphite": "#50565f",
    "green зелёный": "#4f8a5b",
    "grey серый": "#8b939b",
    "khaki хаки": "#7f7a4c",
    "lavender": "#a899cc",
    "moss-green": "#6f8f4e",
    "mustard": "#d8a62f",
    "navy": "#31486f",
    "oak дуб": "#c79a63",
    "olive": "#7c8449",
    "orange оранжевый": "#e28640",
    "pink": "#e3a0a8",
    "plum": "#7c4a72",
    "red красный": "#c94c41",
    "sage": "#9cb395",
    "sand": "#d8c199",
    "sky-blue": "#7db3d8",
    "steel": "#aeb7be",
    "teal": "#2f8788",
    "terracotta": "#c56c4b",
    "walnut": "#7a5238",
    "white белый": "#f7f4ec",
    "yellow жёлтый": "#eac045",
}
BACKDROPS = (
    "#f0e2d2",
    "#e4e9da",
    "#dbe7ea",
    "#eadfe8",
    "#f3e6c8",
    "#e0e2ee",
    "#f2dcd3",
    "#d9e6de",
)


def main() -> None:
    """Draw everything and say how much came out."""
    sizes = []
    for stem, goods in products():
        target = HERE / "pictures" / stem / f"{goods['id']}.webp"
        target.parent.mkdir(parents=True, exist_ok=True)
        picture(goods).save(target, quality=80, method=6)
        sizes.append(target.stat().st_size)
    print(f"{len(sizes)} pictures, {sum(sizes) / 1024:.0f} KB")


def products() -> Iterator[tuple[str, dict]]:
    """Each distinct product once, with the name of the first list that has it."""
    seen = set()
    for path in sorted((HERE / "price-lists").glob("*.yaml")):
        for goods in yaml.safe_load(path.read_text(encoding="utf-8"))["goods"]:
            product = goods["name"], goods["model"]
            if product not in seen:
                seen.add(product)
                yield path.stem, goods


def picture(goods: dict) -> Image.Image:
    """One product on its backdrop."""
    draw, scale = kind_of(goods["name"])
    paint = paint_of(goods["parameters"])
    sheet = Sheet(scale)
    draw(sheet, paint)
    return sheet.on(backdrop(random.Random(goods["id"]), paint, sheet.lies_flat))


def kind_of(name: str) -> tuple[Callable[[Sheet, Colour], None], float]:
    """Which drawing shows a product of this name, and its scale."""
    for words, draw, scale in KINDS:
        if words in name.lower():
            return draw, scale
    raise LookupError(f"No drawing for {name!r}")


def paint_of(parameters: dict) -> Colour:
    """The paint for the product's colour, in either language."""
    colour = parameters.get("Color") or parameters["Цвет"]
    wanted = colour.replace(" ", "-")
    for names, paint in PAINTS.items():
        if wanted in names.split():
            return rgb(paint)
    raise LookupError(f"No paint for {colour!r}")


def backdrop(dice: random.Random, paint: Colour, lies_flat: bool) -> Image.Image:
    """A quiet wall with a round on it, and a table under things that stand."""
    walls = sorted(BACKDROPS, key=lambda wall: -distance(_round_on(wall, paint), paint))
    wall = dice.choice(walls[:5])
    side = SIDE * SUPERSAMPLE
    image = Image.new("RGB", (side, side), wall)
    pen = ImageDraw.Draw(image)
    middle = (50 + dice.uniform(-4, 4)) * UNIT
    height, radius = (50 if lies_flat else 47) * UNIT, 40 * UNIT
    round_area = (middle - radius, height - radius, middle + radius, height + radius)
    pen.ellipse(round_area, fill=_round_on(wall, paint))
    if not lies_flat:
        table = (0, (FLOOR - 4) * UNIT, side, side)
        pen.rectangle(table, fill=mix(wall, "#6b5a55", 0.16))
    return image


def _round_on(wall: str, paint: Colour) -> Colour:
    # Pale goods would fade into a lighter round.
    is_pale = min(paint) > 180
    return mix(wall, "#5f5a66", 0.24) if is_pale else mix(wall, "#ffffff", 0.42)


if __name__ == "__main__":
    main()
