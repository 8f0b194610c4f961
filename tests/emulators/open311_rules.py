"""What GeoReport v2 requires of a filing, and the services of the emulated city."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.emulators.vk_http import Body

PLAIN_FIELDS = frozenset(
    (
        *("api_key", "jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id", "description"),
        *("email", "device_id", "account_id", "first_name", "last_name", "phone", "media_url"),
    )
)
ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](\[\])?")
LONGEST_DESCRIPTION = 4000
POTHOLE, LAMP = "001", "LAMP-2"
SERVICES = {
    POTHOLE: {"service_name": "Яма на дороге", "description": "Проезжая часть", "type": "realtime", "group": "Дороги"},
    LAMP: {"service_name": "Не горит фонарь", "description": "Освещение", "type": "batch", "group": "Свет"},
}
ATTRIBUTES: dict[str, list[Body]] = {
    LAMP: [
        {
            "variable": True,
            "code": "WHEN",
            "datatype": "multivaluelist",
            "required": False,
            "datatype_description": None,
            "order": 2,
            "description": "Когда не горит?",
            "values": [{"key": 1, "name": "Вечером"}, {"key": 2, "name": "Ночью"}],
        },
        {
            "variable": True,
            "code": "POLE",
            "datatype": "string",
            "required": True,
            "datatype_description": "Число на столбе",
            "order": 1,
            "description": "Номер опоры",
        },
    ]
}


class Refusal(Exception):
    """The standard's error: an HTTP status and words for it."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


@dataclass
class Form:
    """A filing taken apart; attributes keep the `[]` of their names."""

    fields: dict[str, str] = field(default_factory=dict)
    attributes: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict)
    photos: list[bytes] = field(default_factory=list)


def form_in(content_type: str, body: bytes) -> Form:
    """A form taken apart. Raises Refusal for another encoding, unknown fields and fields given twice."""
    if content_type != "application/x-www-form-urlencoded":
        raise Refusal(400, "the form must be urlencoded")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as error:
        raise Refusal(400, "the form cannot be read") from error
    form = Form()
    for name, value in pairs:
        add(form, name, value)
    return form


async def parts_in(request: web.Request, media: str) -> Form:
    """A form in several parts, photos among them. Raises Refusal for a part that is neither a text nor a JPEG."""
    form = Form()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise Refusal(400, "a part has no name")
        if part.name != media:
            add(form, part.name, await part.text())
        elif part.headers["Content-Type"] == "image/jpeg" and part.filename and part.filename.endswith(".jpg"):
            form.photos.append(bytes(await part.read()))
        else:
            raise Refusal(400, "a photo is no JPEG")
    if len(form.photos) > 1 and not media.endswith("[]"):
        raise Refusal(400, f"{media} was given twice")
    return form


def add(form: Form, name: str, value: str) -> None:
    """One field more. Raises Refusal."""
    if attribute := ATTRIBUTE.fullmatch(name):
        key = (attribute[1], bool(attribute[2]))
        if key in form.attributes and not key[1]:
            raise Refusal(400, f"{name} was given twice")
        form.attributes[key] = (*form.attributes.get(key, ()), value)
    elif name in PLAIN_FIELDS and name not in form.fields:
        form.fields[name] = value
    else:
        raise Refusal(400, f"{name} is unknown or was given twice")


def check_service(form: Form) -> None:
    """The service and its attributes, whose form must fit their datatype. Raises Refusal."""
    code = form.fields.get("service_code", "")
    if not code:
        raise Refusal(400, "service_code was not provided")
    if code not in SERVICES:
        raise Refusal(404, f"service_code {code} was not found")
    defined = {(one["code"], one["datatype"] == "multivaluelist"): one for one in ATTRIBUTES.get(code, [])}
    for key, definition in defined.items():
        if definition["required"] and not any(form.attributes.get(key, ())):
            raise Refusal(400, f"attribute[{key[0]}] is required")
    for key, values in form.attributes.items():
        choices = {str(choice["key"]) for choice in defined.get(key, {}).get("values", [])}
        if key not in defined or (choices and not choices.issuperset(values)):
            raise Refusal(400, f"attribute[{key[0]}] does not fit its definition")


def check_location(fields: Mapping[str, str]) -> None:
    """A point on Earth, an address or its id. Raises Refusal."""
    if ("lat" in fields) != ("long" in fields):
        raise Refusal(400, "lat and long both need to be sent")
    if "lat" in fields:
        try:
            on_earth = abs(float(fields["lat"])) <= 90 and abs(float(fields["long"])) <= 180
        except ValueError:
            on_earth = False
        if not on_earth:
            raise Refusal(400, "lat and long are no point")
    if not any(fields.get(name) for name in ("lat", "address_string", "address_id")):
        raise Refusal(400, "a location is required")


def check_texts(fields: Mapping[str, str]) -> None:
    """The length of a description, the form of a media address. Raises Refusal."""
    if len(fields.get("description", "")) > LONGEST_DESCRIPTION:
        raise Refusal(400, "description is too long")
    if not re.match(r"https?://\S+$|$", fields.get("media_url", "")):
        raise Refusal(400, "media_url is no address")
