"""Things to hear, to mend and to write with."""

from sheet import Colour, Sheet, mix

from drawings.paints import ASH, BRASS, INK, PAPER, STEEL, WOOD, deep, pale


def headphones(sheet: Sheet, paint: Colour) -> None:
    band = [(25, 60), (24, 42), (34, 26), (50, 20), (66, 26), (76, 42), (75, 60)]
    sheet.line(band, 4.6, paint)
    sheet.line(
        [(33, 29.5), (40, 24.6), (50, 22.8), (60, 24.6), (67, 29.5)],
        3.4,
        deep(paint, 0.45),
    )
    for x in (25, 75):
        sheet.box((x - 1.4, 46, x + 1.4, 62), STEEL, 1)
    for x, pad in ((17, 29.5), (69, 64.5)):
        sheet.box((pad, 52, pad + 6, 80), deep(paint, 0.5), 3)
        sheet.box((x, 50, x + 14, 82), paint, 6)
        sheet.oval((x + 4, 58, x + 10, 74), deep(paint, 0.16))


def earbuds(sheet: Sheet, paint: Colour) -> None:
    for x, out in ((38, -1), (62, 1)):
        tip = x + 6 * out
        sheet.oval((tip - 3, 25, tip + 3, 33), deep(paint, 0.5))
        sheet.box((x - 2.3, 26, x + 2.3, 46), deep(paint, 0.06), 2.3, shade=0.3)
        sheet.disc(x, 28, 6.2, paint, 0.14)
        sheet.box((x - 0.7, 39, x + 0.7, 43), deep(paint, 0.4), 0.7, shade=0)
    sheet.box((28, 50, 72, 70), deep(paint, 0.1), 8, shade=0.06)
    sheet.box((32, 54, 68, 70), deep(paint, 0.28), 5, shade=0)
    sheet.box((27, 64, 73, 82), paint, 8)
    sheet.box((27, 63, 73, 74), paint, 1)
    sheet.box((27, 63, 73, 64.2), pale(paint, 0.5), 0.6, shade=0)
    sheet.disc(50, 72.5, 1.2, "#7fbf7a")


def round_speaker(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(62, 36), (74, 24), (82, 32), (74, 46)], 2.4, INK)
    sheet.disc(49, 56, 26, paint, 0.1)
    sheet.disc(48, 56, 20.5, deep(paint, 0.35))
    for row in range(-4, 5):
        for column in range(-4, 5):
            x, y = column * 4 + (row % 2) * 2, row * 3.7
            if x * x + y * y < 300:
                sheet.disc(48 + x, 56 + y, 0.8, deep(paint, 0.65))
    sheet.box((43, 53.6, 53, 58.4), pale(paint, 0.6), 2.4, shade=0)


def boom_speaker(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(26, 46), (28, 30), (50, 26), (72, 30), (74, 46)], 3.4, WOOD)
    sheet.box((14, 42, 86, 82), paint, 9)
    for x in (32, 68):
        sheet.disc(x, 63, 13.4, deep(paint, 0.35))
        sheet.disc(x, 63, 11.4, STEEL, 0.1)
        sheet.disc(x, 63, 9.6, mix(paint, "#77808a", 0.45))
        sheet.disc(x, 63, 3.8, STEEL, 0.2)
    for x in (46, 50, 54):
        sheet.disc(x, 48.5, 1.1, PAPER)
    sheet.box((47.5, 60, 52.5, 66), BRASS, 1)


def bookshelf_speaker(sheet: Sheet, paint: Colour) -> None:
    for x in (20, 53):
        sheet.box((x, 30, x + 27, 80), paint, 1.2, shade=0.1)
        sheet.box((x + 2.5, 32.5, x + 22.5, 77.5), deep(paint, 0.16), 1, shade=0)
        middle = x + 12.5
        sheet.disc(middle, 41, 4.4, INK)
        sheet.disc(middle, 41, 2, STEEL, 0.2)
        sheet.disc(middle, 61, 9.2, INK)
        sheet.disc(middle, 61, 7.6, "#565c64")
        sheet.disc(middle, 61, 2.8, INK)
        sheet.box((x + 2, 80, x + 6, 82), INK, shade=0)
        sheet.box((x + 21, 80, x + 25, 82), INK, shade=0)


def claw_hammer(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, -32
    sheet.poly(
        [(47.4, 26), (52.6, 26), (53, 56), (55, 88), (45, 88), (47, 56)],
        paint,
        shade=0.3,
    )
    sheet.disc(50, 85, 1, deep(paint, 0.5))
    claw = [(54, 21), (66, 21), (77, 29), (80, 37), (73, 31.5), (64, 30.5), (54, 31)]
    sheet.poly(claw, STEEL, shade=0.1)
    sheet.box((33, 21.5, 56, 30.5), STEEL, 1)
    sheet.box((27, 18.5, 35, 33.5), "#9aa3ab", 1.5)
    sheet.box((45.6, 20, 54.4, 33), "#8a939b", 1)


def rubber_mallet(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, -32
    sheet.poly([(47.4, 30), (52.6, 30), (54.4, 88), (45.6, 88)], ASH, shade=0.3)
    sheet.box((28, 15, 72, 38), paint, 3.5, shade=0.1)
    for x in (28, 66):
        sheet.box((x, 15, x + 6, 38), deep(paint, 0.2), 2.5, shade=0.3)
    sheet.box((46.6, 13.4, 53.4, 16), deep(paint, 0.3), 0.6, shade=0)


def screwdriver(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, -38
    sheet.box((48.4, 46, 51.6, 86), STEEL, 0.4, shade=0.35)
    sheet.poly([(48.4, 84), (51.6, 84), (50.9, 91), (49.1, 91)], "#6f7880", shade=0)
    sheet.box((46.4, 44, 53.6, 50), INK, 1)
    grip = [(46, 46), (43.5, 38), (42, 26), (43, 14), (50, 9)]
    sheet.poly(
        [*grip, *[(100 - x, y) for x, y in grip[-2::-1]]], paint, smooth=True, shade=0.2
    )
    for x in (45, 49, 53):
        sheet.box((x, 17, x + 1.8, 38), deep(paint, 0.35), 0.9, shade=0)


def notebook(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, 7
    sheet.line([(58, 84), (58, 91)], 1.6, "#c8493f", smooth=False)
    sheet.box((29, 15.5, 74, 86), PAPER, 1.5, shade=0.02)
    sheet.box((28, 14, 72, 85), paint, 2, shade=0)
    sheet.box((28, 14, 35, 85), deep(paint, 0.2), 1.5, shade=0)
    sheet.box((65, 14, 66.6, 85), deep(paint, 0.45), shade=0)
    sheet.box((40, 26, 60, 40), PAPER, 1, shade=0)
    for y in (31, 35):
        sheet.line([(43, y), (57, y)], 0.5, "#b9ae98", smooth=False)


def spiral_notebook(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, 7
    sheet.box((29.5, 19.5, 73.5, 86), PAPER, 1.5, shade=0.02)
    sheet.box((28, 18, 72, 85), paint, 2, shade=0)
    leaf = [(50, 66), (41, 56), (42, 45), (50, 35), (58, 45), (59, 56), (50, 66)]
    sheet.poly(leaf, deep(paint, 0.28), smooth=True, shade=0)
    sheet.line([(50, 42), (50, 71)], 0.9, pale(paint, 0.4), smooth=False)
    for x in range(32, 71, 4):
        sheet.disc(x, 21.5, 0.9, deep(paint, 0.6))
        sheet.line([(x, 21.5), (x, 15)], 0.9, "#8b949c", smooth=False)


def fountain_pen(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, -42
    _flourish(sheet, paint)
    sheet.poly([(47.8, 76), (52.2, 76), (50, 90)], BRASS, shade=0.4)
    sheet.line([(50, 79), (50, 87)], 0.4, INK, smooth=False)
    sheet.poly([(46.8, 62), (53.2, 62), (52.2, 77), (47.8, 77)], INK, shade=0.25)
    sheet.box((46, 12, 54, 63), paint, 3.4, shade=0.25)
    sheet.box((46, 58, 54, 60.4), BRASS, shade=0.25)
    sheet.box((46, 34, 54, 37), BRASS, shade=0.25)
    sheet.box((51, 15, 52.8, 34), BRASS, 0.9, shade=0)


def ballpoint_pen(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat, sheet.tilt = True, -42
    _flourish(sheet, paint)
    sheet.box((48.2, 9, 51.8, 18), STEEL, 1.4, shade=0.3)
    sheet.poly([(46.6, 74), (53.4, 74), (50.8, 87), (49.2, 87)], STEEL, shade=0.3)
    sheet.box((49.4, 85, 50.6, 90), "#7c858d", 0.5, shade=0)
    sheet.box((46.4, 15, 53.6, 75), paint, 1.6, shade=0.25)
    sheet.box((46.4, 58, 53.6, 74), deep(paint, 0.35), 0.6, shade=0.25)
    sheet.box((46.4, 42, 53.6, 44), STEEL, shade=0.25)
    sheet.box((50.8, 18, 52.8, 40), STEEL, 0.9, shade=0)


def _flourish(sheet: Sheet, paint: Colour) -> None:
    """A line of handwriting, left level while the pen is tilted."""
    tilt, sheet.tilt = sheet.tilt, 0
    loops = [(44, 80), (50, 72), (54, 80), (60, 71), (63, 80), (69, 73), (74, 79)]
    sheet.line([(26, 77), (36, 79), *loops, (84, 75)], 0.8, deep(paint, 0.2))
    sheet.tilt = tilt
