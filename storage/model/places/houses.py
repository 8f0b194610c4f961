"""House numbers as people write them → one spelling, «4 к2 лит. А»; flats are cut out and never kept."""

import re

INSIDE = r"(?:кв(?:артир[а-я]*|-р[а-я]+)?|пом(?:ещени[а-я]+)?|оф(?:ис[а-я]*)?|ком(?:нат[а-я]+)?)"
"""what is behind the house's door: its number is a stranger's business"""
FLAT = re.compile(
    rf"(?i)[\s,.]*(?<![а-яё]){INSIDE}(?![а-яё-])\.?(?:\s*номер)?\s*№?\s*\d+(?:[-/,]?\d+)*[а-яё]?(?![а-яё])"
)
NUMBERED_FLAT = re.compile(r"(?i)(?<![\d/-])\d+(?:-?[а-яё]{1,3})?\s*(?:квартир[а-яё]*|кв)(?![а-яё-])\.?")
PHONE = re.compile(r"(?<!\d)(?:\+?\d[\s(-]*)?\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
UNIT = re.compile(
    r"\s*-?(?i:дн|день|лет|год|мес|час|минут|недел|раз|сут|чел|машин|метр|км|см|мм|кг|штук|шт|руб|тыс|процент|%|"
    r"(?:этаж|подъезд|парадн)[а-я]*+(?!\s*№?\s*\d)|январ|феврал|март|апрел|мая|май|июн|июл|август|сентябр|октябр|ноябр|декабр|утра|вечера|ноч)|\s+(?i:[мг])\b|(?<=\d{4})г\b|[.:]\d"
)
"""what makes the number before it a count, a date or a fraction: «5 дней», «5.06», «12:30»"""

NUMBER = re.compile(r"(?<!\d[.:])(\d{1,4})(?!\d)((?:\s?[/-]\s?\d{1,4}(?!\d))*)")
LETTER = re.compile(
    r"-?(?!(?i:кв|ул|пр|эт|км|см|мм|кг|шт|лн|[кс]\.?\s*\d))([а-яА-Я]{1,2})(?![а-яА-Я]|\.?\d)"
    r"|\s+([А-Я])(?![а-яА-Я.\d])|\s+([абвгдежз])(?=\s*(?:$|[,;)]|(?i:к|корп|корпус|лит|литера|стр|строение)(?![а-я])))"
)
CORPUS = re.compile(
    r"(?i)[\s,.-]*(?:корпус[а-я]*|корп|к\.|к(?=\d)|к(?=\s+\d{1,3}\s*(?:$|[,;.)]|лит|стр|[а-я]\b)))(?![а-я])\.?\s*№?\s*"
    r"(\d{1,3})(?!\d)(?:([а-я]{1,2})(?![а-я\d]))?"
)
BUILDING = re.compile(
    r"(?i)[\s,.]*(?:строени[ея]|сооружени[ея]|соор|стр|с(?=\d))(?![а-я])\.?\s*№?\s*(\d{1,3}(?!\d)(?:[а-я](?![а-я]))?|[а-я](?![а-я]))"
)
LITERA = re.compile(r"(?i)[\s,.]*(?:литер[аы]?|лит)(?![а-я])\.?\s*([а-я]{1,2}\d?)(?![а-я\d])")
WIDEST_RANGE = 10
"""«9-13» is one long house; «5-112» is house and flat"""


def without_flats(text: str) -> str:
    """The text without numbers of flats, rooms and telephones, which no address needs."""
    for pattern in (PHONE, FLAT, NUMBERED_FLAT):
        text = pattern.sub(" ", text)
    return text


def is_count(text: str, end: int) -> bool:
    """Whether the number that ends here counts something or is a date: «5 дней», «9 мая»."""
    return UNIT.match(text, end) is not None


def house_at(text: str, start: int) -> tuple[str, int]:
    """The house that begins here in the normal form and where it ends; «» if there is none."""
    number = NUMBER.match(text, start)
    if number is None or is_count(text, number.end()) or not int(number[1]):
        return "", start
    house, end = str(int(number[1])) + chain(number[1], number[2].replace(" ", "")), number.end()
    if letter := LETTER.match(text, end):
        house, end = house + letter[letter.lastindex or 0].upper(), letter.end()
    return with_parts(text, house, end)


def chain(first: str, rest: str) -> str:
    """What belongs to a number of several: every corner («27/39»), only near neighbours of one side («6-8»)."""
    kept, last = "", int(first)
    for sign, digits in re.findall(r"([/-])(\d+)", rest):
        number = int(digits)
        if sign == "-" and not (0 < number - last <= WIDEST_RANGE and (number - last) % 2 == 0):
            break
        kept, last = f"{kept}{sign}{number}", number
    return kept


def with_parts(text: str, house: str, end: int) -> tuple[str, int]:
    """The house with its block, building and letter, in this order whatever order they were typed in."""
    block = building = letter = ""
    for _ in range(3):
        if not block and (match := CORPUS.match(text, end)):
            block, letter = f" к{int(match[1])}", letter or (match[2] or "").upper()
        elif not building and (match := BUILDING.match(text, end)):
            building = f" стр. {match[1].upper()}"
        elif not letter and (match := LITERA.match(text, end)):
            letter = match[1].upper()
        else:
            break
        end = match.end()
    return f"{house}{block}{building}" + (f" лит. {letter}" if letter else ""), end
