"""What findings say, in the languages that partners read.

A finding keeps which text it is and what stands in its gaps; the sentence is made when
somebody reads it. Texts of one code differ after the slash.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "ru")

MESSAGES = {
    "alias-not-allowed": (
        "Line {line}: the anchor or alias '{value}' is not allowed.",
        "Строка {line}: якорь или ссылка «{value}» не допускается.",
    ),
    "category-circle": (
        "Category '{value}' is its own ancestor.",
        "Категория «{value}» вложена сама в себя.",
    ),
    "control-character": (
        "The file contains the control character {found} at line {line}.",
        "В файле есть управляющий символ {found}, строка {line}.",
    ),
    "csv-syntax": (
        "The table breaks off at line {line}: {problem}.",
        "Таблица обрывается на строке {line}: {problem}.",
    ),
    "duplicate-id": (
        "id '{value}' at line {line} is already used at line {first}",
        "id «{value}» в строке {line} уже занят в строке {first}",
    ),
    "duplicate-id/name": (
        "without ids, the name at line {line} is already used at line {first}",
        "без id товары различают по названию, а название из строки {line} уже есть"
        " в строке {first}",
    ),
    "duplicate-key": (
        "{key} is written twice, at lines {first} and {line}",
        "{key} указано дважды, в строках {first} и {line}",
    ),
    "duplicate-key/column": (
        "Column {key} stands twice.",
        "Столбец {key} повторяется.",
    ),
    "edited-since/card": (
        "'{value}': the card was edited since, and is kept.",
        "«{value}»: карточку с тех пор изменили, она оставлена как есть.",
    ),
    "edited-since/offer": (
        "'{value}': the offer was edited since, and is kept.",
        "«{value}»: предложение с тех пор изменили, оно оставлено как есть.",
    ),
    "empty-file": ("The file is empty.", "Файл пуст."),
    "empty-item": ("the item is empty", "пустой элемент списка"),
    "encoding": (
        "The file is not UTF-8; save it as UTF-8.",
        "Файл не в кодировке UTF-8; сохраните его в UTF-8.",
    ),
    "encoding/cp1251": (
        "The file looks like Windows-1251 (cp1251); save it as UTF-8.",
        "Файл похож на Windows-1251 (cp1251); сохраните его в UTF-8.",
    ),
    "encoding/utf-16": (
        "The file is broken UTF-16; save it as UTF-8.",
        "Файл в испорченной UTF-16; сохраните его в UTF-8.",
    ),
    "encoding/utf-32": (
        "The file is UTF-32; save it as UTF-8.",
        "Файл в UTF-32; сохраните его в UTF-8.",
    ),
    "invalid-discount": (
        "{key} {value} is not below price {price}",
        "{key} {value} не ниже цены {price}",
    ),
    "invalid-id": (
        "{key} '{value}' is not a number from 0 to {limit}",
        "{key} «{value}» — не число от 0 до {limit}",
    ),
    "invalid-price": (
        "{key} '{value}' is not an amount like 1990 or 1990.50",
        "{key} «{value}» — не сумма вида 1990 или 1990.50",
    ),
    "invalid-quantity": (
        "{key} '{value}' is not a whole number like 0 or 14",
        "{key} «{value}» — не целое число вида 0 или 14",
    ),
    "invalid-text/empty": ("{key} is empty", "{key}: пусто"),
    "invalid-text/long": (
        "{key} has {length} characters, more than {limit}",
        "{key}: {length} символов, больше {limit}",
    ),
    "missing-key": ("{key} is missing", "нет {key}"),
    "missing-key/empty": ("{key} is empty", "{key}: пусто"),
    "missing-key/others-have": (
        "id is missing, though other goods have one",
        "нет id, хотя у других товаров он есть",
    ),
    "no-goods": (
        "The list has no goods: all goods of the shop would be withdrawn.",
        "В списке нет товаров: все товары магазина будут сняты с продажи.",
    ),
    "no-ids": (
        "No good has an id; names are used, so keep them unchanged.",
        "Ни у одного товара нет id; вместо него берётся название — не меняйте его.",
    ),
    "price-above-recommended": (
        "{key} {value} is above price_rrc {recommended}",
        "{key} {value} выше рекомендованной цены {recommended} (price_rrc)",
    ),
    "price-jump": (
        "price leaps from {before} to {after}",
        "цена скачет с {before} до {after}",
    ),
    "quantity-sentinel": (
        "{key} {value} looks like a placeholder",
        "{key} {value} похоже на заглушку",
    ),
    "several-documents": (
        "A second document begins at line {line}.",
        "В строке {line} начинается второй документ.",
    ),
    "shop-changed": (
        "Offer '{value}' is not as it was when the list was checked.",
        "Предложение «{value}» уже не такое, каким было при проверке.",
    ),
    "suspicious-characters": (
        "{key} contains the invisible character {found}",
        "{key} содержит невидимый символ {found}",
    ),
    "tag-not-allowed": (
        "Line {line}: the tag '{value}' is not allowed.",
        "Строка {line}: тег «{value}» не допускается.",
    ),
    "too-deep": (
        "Values are nested deeper than {limit} levels.",
        "Вложенность больше {limit} уровней.",
    ),
    "too-large": (
        "The list has more than {limit} bytes.",
        "В файле больше {limit} байт.",
    ),
    "too-large/unpacked": (
        "The workbook unpacks to far more than it is: it is not opened.",
        "Книга распаковывается в намного больший объём: она не открыта.",
    ),
    "too-many-goods": (
        "The list has more than {limit} goods.",
        "В списке больше {limit} товаров.",
    ),
    "too-many-parameters": (
        "{key} are more than {limit}",
        "{key}: больше {limit}",
    ),
    "undeclared-category": (
        "{key} '{value}' is not declared",
        "{key} «{value}» не объявлена в categories",
    ),
    "undeclared-category/number": (
        "{key} '{value}' is a number, and no categories are declared",
        "{key} «{value}» — число, а categories в списке нет",
    ),
    "unknown-key": (
        "Key {key} is unknown and was ignored ({times} in all).",
        "Неизвестный ключ {key}, пропущен (всего {times}).",
    ),
    "unknown-key/column": (
        "Column {key} is unknown and was ignored.",
        "Неизвестный столбец {key}, пропущен.",
    ),
    "unreachable": (
        "The address did not answer with a list.",
        "По этому адресу список не получен.",
    ),
    "unreadable": (
        "The file broke the reader: it asks for too much memory or time.",
        "Файл не прочитан: он требует слишком много памяти или времени.",
    ),
    "wrong-type/file": (
        "The file must be a mapping with the keys shop and goods.",
        "Файл должен быть набором ключей, среди них shop и goods.",
    ),
    "wrong-type/key": (
        "expected plain text as a key (line {line})",
        "ключ должен быть простым текстом (строка {line})",
    ),
    "wrong-type/list": (
        "{key} must be a list (line {line})",
        "{key}: нужен список (строка {line})",
    ),
    "wrong-type/mapping": (
        "expected a mapping of keys and values (line {line})",
        "нужны пары «ключ: значение» (строка {line})",
    ),
    "wrong-type/mapping-or-list": (
        "{key} must be a mapping or a list (line {line})",
        "{key}: нужен набор ключей или список (строка {line})",
    ),
    "wrong-type/value": (
        "{key} must be a single value (line {line})",
        "{key}: нужно одно значение (строка {line})",
    ),
    "xlsx-syntax": (
        "The file is not a workbook that opens.",
        "Файл не открывается как книга.",
    ),
    "yaml-syntax": (
        "The file is not YAML at line {line}, column {column}: {problem}.",
        "Файл — не YAML, строка {line}, столбец {column}: {problem}.",
    ),
    "yaml-syntax/nowhere": (
        "The file is not YAML: {problem}.",
        "Файл — не YAML: {problem}.",
    ),
}


def sentence(text: str, gaps: Mapping[str, str | int], language: str) -> str:
    """The message of a finding, after the title of what it is about."""
    template = MESSAGES[text][LANGUAGES.index(language)]
    said = template.format_map(gaps).strip()
    return f"{gaps['title']}: {said}" if gaps.get("title") else said
