"""A sheet to draw on: a few shapes in units of a hundredth, shaded from the right."""

import math
from collections.abc import Callable, Iterable

from PIL import Image, ImageColor, ImageDraw, ImageFilter

SIDE = 800
SUPERSAMPLE = 2
UNIT = SIDE * SUPERSAMPLE / 100
FLOOR = 82

Colour = tuple[int, int, int]
Point = tuple[float, float]


def mix(first: str | Colour, second: str | Colour, share: float) -> Colour:
    """`first` with `share` of `second` stirred in."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return red, green, blue


def rgb(colour: str | Colour) -> Colour:
    """The three numbers of a colour written either way."""
    return ImageColor.getrgb(colour)[:3] if isinstance(colour, str) else colour


def distance(first: Colour, second: Colour) -> float:
    """How far apart two colours are, roughly as the eye sees it."""
    weights = (0.3, 0.59, 0.11)
    return math.sqrt(
        sum(w * (a - b) ** 2 for w, a, b in zip(weights, first, second, strict=True))
    )


class Sheet:
    """Collects one product's shapes on a transparent layer; the floor is at 82.

    `scale` shrinks towards the floor, `tilt` turns around the middle (degrees).
    """

    def __init__(self, scale: float = 1, tilt: float = 0) -> None:
        side = SIDE * SUPERSAMPLE
        self.layer = Image.new("RGBA", (side, side))
        self.scale = scale
        self.tilt = tilt
        self.lies_flat = False

    def box(
        self,
        area: tuple[float, float, float, float],
        colour: str | Colour,
        radius: float = 0,
        *,
        shade: float = 0.14,
        alpha: float = 1,
    ) -> None:
        """Draw a rectangle, its corners rounded by `radius`."""
        corners = self._area(area)
        reach = radius * self.scale * UNIT
        self._stamp(
            lambda pen: pen.rounded_rectangle(corners, reach, fill=255),
            colour,
            shade,
            alpha,
        )

    def oval(
        self,
        area: tuple[float, float, float, float],
        colour: str | Colour,
        *,
        shade: float = 0,
        alpha: float = 1,
    ) -> None:
        """Draw an ellipse inside `area`."""
        corners = self._area(area)
        self._stamp(lambda pen: pen.ellipse(corners, fill=255), colour, shade, alpha)

    def disc(
        self, x: float, y: float, radius: float, colour: str | Colour, shade: float = 0
    ) -> None:
        """Draw a circle around a point."""
        area = (x - radius, y - radius, x + radius, y + radius)
        self.oval(area, colour, shade=shade)

    def poly(
        self,
        points: Iterable[Point],
        colour: str | Colour,
        *,
        smooth: bool = False,
        shade: float = 0.14,
        alpha: float = 1,
    ) -> None:
        """Fill an outline; a smooth one is closed by a straight line."""
        outline = self._points(_spline(points) if smooth else points)
        self._stamp(lambda pen: pen.polygon(outline, fill=255), colour, shade, alpha)

    def line(
        self,
        points: Iterable[Point],
        width: float,
        colour: str | Colour,
        *,
        smooth: bool = True,
        shade: float = 0,
    ) -> None:
        """Draw a stroke with round ends through the points."""
        path = self._points(_spline(points) if smooth else points)
        thick = width * self.scale * UNIT

        def stroke(pen: ImageDraw.ImageDraw) -> None:
            pen.line(path, fill=255, width=round(thick), joint="curve")
            # A joint at every knot: the joints of line() leave cracks in thick curves.
            reach = thick / 2 - 0.5
            for x, y in path:
                pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)

        self._stamp(stroke, colour, shade, 1)

    def on(self, background: Image.Image) -> Image.Image:
        """The finished picture: background, a soft shadow, the product."""
        shadow = Image.new("L", self.layer.size)
        if self.lies_flat:
            drop = (round(1.2 * UNIT), round(1.8 * UNIT))
            shadow.paste(self.layer.getchannel("A"), drop)
        else:
            left, _, right, _ = self.layer.getbbox() or (0, 0, 0, 0)
            top, bottom = (FLOOR - 2.6) * UNIT, (FLOOR + 2.4) * UNIT
            area = (left + UNIT, top, right + 3 * UNIT, bottom)
            ImageDraw.Draw(shadow).ellipse(area, fill=255)
        shadow = shadow.filter(ImageFilter.GaussianBlur(1.1 * UNIT))
        dark = mix(background.getpixel((8, background.height - 8)), "#2a2622", 0.75)
        background.paste(dark, mask=shadow.point(lambda level: level * 0.3))
        background.paste(self.layer, mask=self.layer)
        return background.resize((SIDE, SIDE), Image.Resampling.LANCZOS)

    def _area(self, area: tuple[float, float, float, float]) -> list[float]:
        (left, top), (right, bottom) = self._points((area[:2], area[2:]))
        return [left, top, right, bottom]

    def _points(self, points: Iterable[Point]) -> list[Point]:
        pivot = 50 if self.lies_flat else FLOOR
        return [
            (
                (50 + (x - 50) * self.scale) * UNIT,
                (pivot + (y - pivot) * self.scale) * UNIT,
            )
            for x, y in points
        ]

    def _stamp(
        self,
        draw: Callable[[ImageDraw.ImageDraw], None],
        colour: str | Colour,
        shade: float,
        alpha: float,
    ) -> None:
        mask = Image.new("L", self.layer.size)
        draw(ImageDraw.Draw(mask))
        if self.tilt:
            mask = mask.rotate(self.tilt, Image.Resampling.BICUBIC)
        area = mask.getbbox()
        if area is None:
            return
        mask = mask.crop(area)
        paint = Image.new("RGB", mask.size, rgb(colour))
        if shade:
            _shade(paint, mask, rgb(colour), shade)
        paint.putalpha(mask.point(lambda level: level * alpha))
        self.layer.alpha_composite(paint, area[:2])


def _shade(paint: Image.Image, mask: Image.Image, colour: Colour, depth: float) -> None:
    """Darken the right edge and lighten the left one, following the outline."""
    reach = round(min(mask.width * depth, 6 * UNIT))
    light = round(reach * 0.45)
    for shift, tone in ((-reach, mix(colour, "#1d1a2b", 0.2)), (light, _glow(colour))):
        edge = Image.new("L", mask.size, 255)
        edge.paste(mask.point(lambda level: 255 - level), (shift, 0))
        if shift < 0:
            edge.paste(255, (mask.width + shift, 0, mask.width, mask.height))
        else:
            edge.paste(255, (0, 0, shift, mask.height))
        paint.paste(tone, mask=edge)


def _glow(colour: Colour) -> Colour:
    return mix(colour, "#fff6e6", 0.22)


def _spline(points: Iterable[Point]) -> list[Point]:
    """A Catmull-Rom curve through the points, ends included."""
    knots = list(points)
    knots = [knots[0], *knots, knots[-1]]
    curve = []
    for i in range(1, len(knots) - 2):
        a, b, c, d = knots[i - 1 : i + 3]
        curve += [_between(a, b, c, d, step / 20) for step in range(20)]
    return [*curve, knots[-1]]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def blend(p: float, q: float, r: float, s: float) -> float:
        cubic = (3 * q - p - 3 * r + s) * t**3
        return 0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + cubic)

    return blend(a[0], b[0], c[0], d[0]), blend(a[1], b[1], c[1], d[1])
