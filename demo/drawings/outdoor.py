"""Tents, lanterns, flasks and backpacks."""

from sheet import Colour, Sheet

from drawings.paints import BRASS, GLASS, GLOW, INK, PAPER, STEEL, WOOD, deep, pale


def dome_tent(sheet: Sheet, paint: Colour) -> None:
    for x, peg in ((18, 6), (82, 94)):
        sheet.line([(50 + (x - 50) * 0.75, 55), (peg, 82)], 0.5, PAPER)
    roof = [(12, 82), (19, 64), (33, 45), (50, 37), (67, 45), (81, 64), (88, 82)]
    sheet.poly(roof, paint, smooth=True)
    sheet.poly(
        [(50, 37), (62, 58), (68, 82), (88, 82), (78, 58)], deep(paint, 0.12), shade=0
    )
    sheet.line(roof, 1, deep(paint, 0.3))
    sheet.poly(
        [(31, 82), (36, 61), (46, 47), (56, 61), (60, 82)],
        deep(paint, 0.6),
        smooth=True,
        shade=0,
    )
    sheet.poly(
        [(46, 47), (35, 62), (31, 82), (37, 82), (42, 66)], pale(paint, 0.45), shade=0
    )
    sheet.line([(36.5, 66), (41.5, 66.5)], 1.1, paint)
    sheet.box((12, 80.6, 88, 82), deep(paint, 0.35), 0.6, shade=0)
    sheet.poly([(44, 40), (50, 36), (57, 40), (50, 42)], pale(paint, 0.5), shade=0)


def tunnel_tent(sheet: Sheet, paint: Colour) -> None:
    for knot, peg in (((20, 56), (5, 82)), ((86, 52), (96, 82))):
        sheet.line([knot, peg], 0.5, PAPER)
    back = [(10, 82), (12, 62), (22, 51), (40, 46), (62, 44), (78, 44), (90, 82)]
    sheet.poly(back, paint, smooth=True, shade=0.04)
    front = [(50, 82), (51, 62), (58, 47), (70, 42), (82, 47), (89, 62), (90, 82)]
    sheet.poly(front, pale(paint, 0.25), smooth=True, shade=0.06)
    sheet.line(front, 1.3, deep(paint, 0.35))
    sheet.line([(30, 82), (30, 64), (36, 52), (46, 45.5)], 1.1, deep(paint, 0.25))
    door = [(59, 82), (60, 64), (70, 51), (80, 64), (81, 82)]
    sheet.poly(door, deep(paint, 0.6), smooth=True, shade=0)
    sheet.poly(
        [(70, 51), (60.5, 63), (59, 82), (64, 82), (66, 66)], pale(paint, 0.5), shade=0
    )
    sheet.box((17, 62, 26, 70), GLASS, 2, shade=0)
    sheet.box((10, 80.6, 90, 82), deep(paint, 0.35), 0.6, shade=0)


def lantern(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(34, 45), (34, 24), (50, 14), (66, 24), (66, 45)], 1.6, INK)
    sheet.box((37, 40, 63, 70), GLOW, 4, shade=0.08)
    sheet.poly(
        [(50, 45), (45, 55), (46, 62), (50, 64), (54, 62), (55, 55), (50, 45)],
        "#fff6da",
        smooth=True,
        shade=0,
    )
    for x in (37, 49.4, 61.8):
        sheet.box((x, 40, x + 1.2, 70), paint, shade=0)
    sheet.poly([(33, 41), (40, 33), (60, 33), (67, 41)], paint)
    sheet.box((43, 28, 57, 33.6), deep(paint, 0.2), 1.5)
    sheet.box((34, 69, 66, 74), paint, 1.2)
    sheet.poly([(36, 74), (64, 74), (69, 82), (31, 82)], deep(paint, 0.12))
    sheet.disc(50, 78, 1.7, PAPER, 0.2)


def pocket_lantern(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(40, 38), (40, 27), (50, 22), (60, 27), (60, 38)], 2, INK)
    cap = [(33, 50), (35, 41), (50, 34), (65, 41), (67, 50)]
    sheet.box((35, 48, 65, 70), GLOW, 3, shade=0.1)
    sheet.box((38, 51, 46, 66), "#fff3d0", 3, shade=0)
    sheet.poly(cap, paint, smooth=True)
    sheet.box((31, 48, 69, 52), deep(paint, 0.15), 1.8)
    sheet.box((32, 66, 68, 82), paint, 4)
    sheet.box((43, 71, 57, 77), PAPER, 3)
    sheet.disc(54, 74, 2.2, deep(paint, 0.25))


def flask(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(58, 22), (68, 22), (70, 32), (61, 35)], 1.8, INK)
    sheet.box((42.5, 15, 57.5, 30), STEEL, 2.5)
    for y in (19, 22, 25):
        sheet.box((42.5, y, 57.5, y + 0.7), "#929ba3", shade=0)
    sheet.poly([(43, 30), (57, 30), (62, 38), (38, 38)], paint)
    sheet.box((38, 36, 62, 82), paint, 3)
    sheet.box((38, 77, 62, 82), deep(paint, 0.25), 2.5)
    peaks = [(42, 62), (47, 53), (50, 57.5), (53, 54.5), (58, 62)]
    sheet.poly(peaks, pale(paint, 0.7), shade=0)


def backpack(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(43, 25), (44, 16), (56, 16), (57, 25)], 2.6, deep(paint, 0.4))
    for x, out in ((31, 25), (69, 75)):
        strap = [(x, 34), (out, 48), (out, 66), (x, 77)]
        sheet.line(strap, 4, deep(paint, 0.4))
    body = [(29, 82), (28, 60), (30, 34), (38, 23), (50, 21)]
    sheet.poly([*body, *[(100 - x, y) for x, y in body[-2::-1]]], paint, smooth=True)
    sheet.box((28.4, 74, 71.6, 82), deep(paint, 0.22), 3)
    zip_path = [(33, 46), (35, 33), (50, 28), (65, 33), (67, 46)]
    sheet.line(zip_path, 1, deep(paint, 0.35))
    sheet.box((36, 50, 64, 74), deep(paint, 0.1), 4, shade=0.08)
    sheet.line([(39, 55), (61, 55)], 1, pale(paint, 0.5), smooth=False)
    sheet.box((58, 54, 60, 60), BRASS, 0.8, shade=0)
    sheet.box((44, 37, 56, 42), WOOD, 1, shade=0.06)


def trekking_backpack(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(66, 30), (75, 44), (74, 62), (66, 72)], 3.4, deep(paint, 0.45))
    sheet.line([(34, 30), (25, 44), (26, 62), (34, 72)], 3.4, deep(paint, 0.45))
    sheet.box((30, 34, 36, 50), STEEL, 1.6)
    sheet.box((31, 31.5, 35, 35), INK, 1)
    sheet.box((26, 74, 74, 82), "#8fa3ad", 4)
    for x in (35, 62):
        sheet.box((x, 72, x + 2.6, 82), INK, 0.6, shade=0)
    sheet.box((28, 45, 37, 70), deep(paint, 0.3), 3)
    sheet.box((63, 45, 72, 70), deep(paint, 0.3), 3)
    sheet.box((33, 24, 67, 76), paint, 5)
    sheet.box((39, 46, 61, 70), deep(paint, 0.12), 3, shade=0.08)
    sheet.line([(42, 51), (58, 51)], 0.9, pale(paint, 0.5), smooth=False)
    lid = [(30, 32), (31, 21), (40, 15), (60, 15), (69, 21), (70, 32)]
    sheet.poly(lid, deep(paint, 0.15), smooth=True)
    sheet.line([(36, 24), (64, 24)], 0.9, pale(paint, 0.5), smooth=False)
    for x in (40, 57.6):
        sheet.box((x, 30, x + 2.4, 44), INK, 0.5, shade=0)
        sheet.box((x - 0.8, 38, x + 3.2, 41), STEEL, 0.6, shade=0)
