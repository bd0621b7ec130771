"""Kettles, mugs, mills, pots and pans."""

from sheet import Colour, Sheet, mix

from drawings.paints import BRASS, COFFEE, GLASS, INK, PAPER, STEEL, WOOD, deep, pale


def stovetop_kettle(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(35, 52), (32, 31), (50, 21), (68, 31), (65, 52)], 2.6, STEEL)
    sheet.line([(40, 24.5), (50, 21), (60, 24.5)], 5, WOOD)
    sheet.poly([(34, 70), (13, 49), (18, 45), (40, 56)], paint, shade=0)
    sheet.line([(13, 49), (18, 45)], 2.2, deep(paint))
    body = [(27, 82), (24, 74), (29, 58), (40, 48.5), (50, 47)]
    sheet.poly([*body, *[(100 - x, y) for x, y in body[-2::-1]]], paint, smooth=True)
    sheet.box((25.5, 78.5, 74.5, 82), deep(paint), 1.7)
    sheet.poly([(38, 50), (42, 45), (58, 45), (62, 50)], deep(paint, 0.15), shade=0)
    sheet.disc(50, 42, 3.4, WOOD, 0.2)


def electric_kettle(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(62, 34), (78, 33), (81, 48), (77, 66), (66, 70)], 5, INK)
    sheet.poly([(38, 30), (24, 31), (35, 46)], deep(paint, 0.12), shade=0)
    sheet.poly([(36, 29), (64, 29), (71, 78), (29, 78)], paint)
    sheet.box((38, 25.5, 62, 30), INK, 2)
    sheet.box((47, 22.5, 53, 26), INK, 1.5)
    sheet.box((47, 44, 51, 68), GLASS, 2, shade=0)
    sheet.box((47, 55, 51, 68), "#9fc4cf", 2, shade=0)
    sheet.box((30, 73.5, 70, 78), STEEL, 0.5)
    sheet.box((26, 78, 74, 82), INK, 1.8)
    sheet.disc(64, 80, 0.9, "#f08a4b")


def gooseneck_kettle(sheet: Sheet, paint: Colour) -> None:
    neck = [(40, 76), (27, 73), (25, 58), (20, 45), (11, 42)]
    sheet.line(neck, 3.2, deep(paint, 0.12))
    sheet.line([(61, 49), (80, 46), (84, 57), (79, 71)], 4.2, WOOD)
    sheet.poly([(39, 46), (61, 46), (69, 82), (31, 82)], paint)
    sheet.box((32, 77, 68, 79), mix(paint, STEEL, 0.6), 1, shade=0)
    sheet.box((37, 43, 63, 47.5), deep(paint, 0.1), 2)
    sheet.box((48.8, 38, 51.2, 44), STEEL, 1)
    sheet.disc(50, 37, 3, WOOD, 0.2)


def mug(sheet: Sheet, paint: Colour) -> None:
    for x in (41, 51):
        steam = [(x, 34), (x - 2.5, 28), (x + 2, 23), (x - 0.5, 17)]
        sheet.line(steam, 1.5, "#fffdf8")
    sheet.line([(63, 48), (77, 47), (79, 58), (74, 68), (62, 70)], 5, deep(paint, 0.1))
    sheet.box((28, 40, 66, 82), paint, 9)
    sheet.box((28, 39.5, 66, 60), paint)
    sheet.oval((28, 34, 66, 45), pale(paint, 0.3))
    sheet.oval((30.5, 36, 63.5, 44.4), COFFEE)
    sheet.oval((33, 39.5, 61, 44.4), mix(COFFEE, WOOD, 0.25))


def enamel_mug(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(62, 46), (78, 46), (78, 68), (62, 69)], 4, deep(paint, 0.1))
    sheet.box((27, 39, 67, 82), paint, 3)
    sheet.oval((26, 33, 68, 44), INK)
    sheet.oval((27.4, 34.2, 66.6, 43), PAPER)
    sheet.oval((30, 36.6, 64, 43), "#c98d4e")
    for x, y in ((34, 52), (45, 49), (55, 56), (39, 63), (50, 68), (33, 74), (57, 75)):
        sheet.disc(x, y, 0.7, pale(paint, 0.7))
    for x, y in ((41, 56), (51, 61), (45, 76), (60, 66), (37, 69), (59, 50)):
        sheet.disc(x, y, 0.45, pale(paint, 0.7))


def french_press(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(62, 42), (77, 42), (78, 58), (76, 70), (62, 72)], 4.2, INK)
    sheet.box((33, 36, 64, 80), GLASS, 2)
    sheet.box((34, 50, 63, 79), COFFEE, 1.5)
    sheet.box((34, 50, 63, 52.5), mix(COFFEE, WOOD, 0.5), 1, shade=0)
    sheet.box((37, 40, 39.5, 75), "#ffffff", 1, shade=0, alpha=0.45)
    for y in (43, 72):
        sheet.box((32, y, 65, y + 2.6), paint, 0.8)
    for x in (33, 61):
        sheet.box((x, 43, x + 2.4, 82), paint, 0.8)
    sheet.box((47.4, 20, 49.6, 34), STEEL)
    sheet.disc(48.5, 19, 3.2, INK, 0.2)
    sheet.poly(
        [(31, 37), (34, 32), (48.5, 29.5), (63, 32), (66, 37)], paint, smooth=True
    )


def dripper(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(66, 33), (78, 33), (78, 44), (64, 45)], 3.2, deep(paint, 0.12))
    server = [(43, 56), (41, 60), (31, 72), (31, 79), (36, 82)]
    sides = [*server, *[(100 - x, y) for x, y in server[::-1]]]
    sheet.poly(sides, GLASS, smooth=True)
    coffee = [(32, 71), (31.8, 78), (36, 81), (64, 81), (68.2, 78), (68, 71)]
    sheet.poly(coffee, COFFEE, shade=0.1)
    sheet.line([(50, 56), (50, 70)], 0.9, COFFEE)
    sheet.poly([(30, 25), (70, 25), (74, 21), (26, 21)], PAPER, shade=0)
    sheet.poly([(26, 25), (74, 25), (58, 51), (42, 51)], paint)
    for top, bottom in ((37, 45), (46, 48.5), (54, 51.5), (63, 55)):
        sheet.line([(top, 29), (bottom, 48)], 0.8, deep(paint, 0.14))
    sheet.box((34, 51, 66, 55), paint, 1.8)


def hand_grinder(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(50, 30), (54, 25.5), (78, 25.5)], 2.4, STEEL, smooth=False)
    sheet.box((75.4, 25, 80.6, 37), WOOD, 2.4)
    sheet.box((47, 28, 53, 34), STEEL, 1)
    sheet.box((40, 33, 60, 38), INK, 2)
    sheet.box((40, 36.5, 60, 60), paint, 0.5)
    sheet.box((39.2, 59, 60.8, 64), INK, 1)
    sheet.box((40, 63, 60, 82), deep(paint, 0.14), 2.5)
    for y in (42, 44.5, 47, 49.5, 52):
        sheet.box((40, y, 60, y + 0.7), deep(paint, 0.25), shade=0)


def box_mill(sheet: Sheet, paint: Colour) -> None:
    sheet.line([(50, 38), (50, 28), (54, 25.5), (76, 25.5)], 2.2, INK, smooth=False)
    sheet.disc(77, 22.6, 3.8, paint, 0.2)
    dome = [(35, 52), (37, 41), (50, 36), (63, 41), (65, 52)]
    sheet.poly(dome, BRASS, smooth=True)
    sheet.box((30, 51, 70, 55), deep(paint, 0.2), 1)
    sheet.box((32, 55, 68, 79), paint)
    sheet.box((28, 78.4, 72, 82), deep(paint, 0.2), 1)
    sheet.box((37, 61, 63, 75), deep(paint, 0.35), 0.8, shade=0)
    sheet.box((38, 62, 62, 74), pale(paint, 0.12), 0.6, shade=0.06)
    sheet.disc(50, 68, 2.2, BRASS, 0.25)


def electric_grinder(sheet: Sheet, paint: Colour) -> None:
    sheet.box((36, 19, 64, 22.5), INK, 1.5)
    sheet.poly([(35, 22), (65, 22), (60, 44), (40, 44)], GLASS)
    sheet.poly([(36.4, 28), (63.6, 28), (60, 44), (40, 44)], COFFEE, shade=0.1)
    for x, y in ((40, 31), (46, 33), (53, 30), (59, 33), (43, 38), (50, 37), (56, 39)):
        sheet.oval((x - 1.6, y - 1.1, x + 1.6, y + 1.1), mix(COFFEE, WOOD, 0.35))
    sheet.box((33, 43, 67, 82), paint, 4)
    sheet.box((40, 60, 60, 82), deep(paint, 0.45), 2, shade=0)
    sheet.box((47, 58, 53, 64), INK, 1)
    sheet.box((42.5, 68, 57.5, 82), STEEL, 1.5)
    sheet.disc(50, 51.5, 5, STEEL, 0.15)
    sheet.disc(50, 51.5, 3.6, PAPER)
    sheet.line([(50, 51.5), (52, 49.4)], 0.9, INK)


def frying_pan(sheet: Sheet, paint: Colour) -> None:
    sheet.lies_flat = True
    sheet.line([(56, 40), (66, 30)], 4, STEEL)
    sheet.line([(65, 31), (84, 12)], 6, WOOD)
    sheet.disc(83, 13, 1.3, deep((192, 144, 92), 0.4))
    sheet.disc(40, 56, 27, paint, 0.1)
    sheet.disc(40, 56, 24, deep(paint, 0.34))
    sheet.disc(40, 56, 20.5, deep(paint, 0.22))
    white = [(33, 58), (28, 50), (36, 45), (44, 47), (52, 49), (51, 58)]
    sheet.poly([*white, (45, 65), (37, 65), (33, 58)], "#fdfaf1", smooth=True, shade=0)
    sheet.disc(41, 55, 5, "#f2b134", 0.15)
    sheet.disc(39.6, 53.4, 1, "#fbe0a0")


def stockpot(sheet: Sheet, paint: Colour) -> None:
    for x in (15, 75):
        sheet.box((x, 52, x + 10, 60), deep(paint, 0.15), 3)
        sheet.box((x + 2.6, 54.2, x + 7.4, 57.4), deep(paint, 0.5), 1.4, shade=0)
    sheet.box((22, 46, 78, 82), paint, 7)
    sheet.box((22, 46, 78, 60), paint)
    lid = [(20, 47), (24, 41), (38, 36.5), (50, 35.5), (62, 36.5), (76, 41), (80, 47)]
    sheet.poly(lid, deep(paint, 0.08), smooth=True)
    sheet.box((20, 45.4, 80, 48.6), deep(paint, 0.22), 1.4)
    sheet.box((48, 31, 52, 36), BRASS, 0.5)
    sheet.box((44, 28, 56, 32.5), BRASS, 2)
