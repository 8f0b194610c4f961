"""The naming rules for life situations (guidelines of the registry): informative, plain, impersonal, short.

Two to five words, the first of them a verbal noun; no abbreviations, no slang, no segment of clients.
"""

import re
from collections.abc import Iterator

WORDS = range(2, 6)
VERBAL = re.compile(
    r"[а-яё]+(ние|тие|ция|рка|тка|вка|дка|пка|зка|жка|ство|рок|жа|ача|ба|пуск|ход|воз|бор|таж|онт|роль|ощь|ота|уск|оз)",
    re.IGNORECASE,
)
"""endings of nouns made of verbs: «устранение», «ликвидация», «уборка», «вывоз», «ремонт», «контроль», «помощь»"""
ABBREVIATION = re.compile(r"\b[А-ЯЁ]{2,}\b|\b[а-яё]+\.")
SLANG = frozenset(
    (
        "мусорка", "помойка", "лежачий", "управляйка", "коммуналка", "платежка", "маршрутка", "парадка", "детсад",
        "садик", "капремонт", "нужник",
    )
)  # fmt: skip
SEGMENTS = frozenset(
    (
        "пенсионер", "инвалид", "многодетный", "сирота", "ветеран", "малоимущий", "студент", "мигрант", "беженец",
        "молодежь",
    )
)  # fmt: skip
ENDINGS = 2
"""letters of a form that may differ"""


def misnamed(title: str) -> Iterator[str]:
    """What is wrong with a title, each with its remedy."""
    words = title.split()
    if len(words) not in WORDS:
        yield f"слов {len(words)}; нужно от двух до пяти"
    if words and not VERBAL.fullmatch(words[0]):
        yield "начните с отглагольного существительного: «Ремонт…», «Уборка…», «Устранение…»"
    if found := ABBREVIATION.search(title):
        yield f"сокращение «{found[0]}»; напишите полностью"
    for word in words:
        plain = word.casefold().replace("ё", "е")
        if plain.startswith(tuple(slang[:-1] for slang in SLANG)):
            yield f"просторечие «{word}»; найдите обычное слово"
        if any(plain.startswith(segment[:-ENDINGS]) for segment in SEGMENTS):
            yield f"«{word}» называет группу людей; назовите дело, а не того, кому оно нужно"
