"""Addresses → points by a geocoding service on the net, where one is configured; never needed, never fatal."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from storage.model.territory import Point

KEPT = 2000
"""answers that are remembered, the ones asked for latest"""
FAULT_KEPT_SECONDS = 300.0
"""for which an address that could not be asked for is not asked for again"""
PAUSES = {"nominatim": 1.0, "yandex": 0.0}
"""seconds between requests; Nominatim: https://operations.osmfoundation.org/policies/nominatim/"""
USER_AGENT = "ya-zdes-zhivu (self-hosted civic chat-bot)"
FAULTS = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError, HTTPException)
"""what the net, and answers that are none, end in, besides geopy's own errors"""
WIDE = frozenset(
    (
        *("city", "town", "village", "municipality", "county", "state", "region", "country", "postcode"),
        *("suburb", "city_district", "administrative", "locality", "province", "area", "district"),
    )
)
"""kinds of places that say no more than the city we already know"""
FOREVER = float("inf")
log = logging.getLogger(__name__)


class UnknownGeocoder(ValueError):
    """The configuration names a service we do not know, or not all that it needs."""


class Busy(Exception):
    """Too many addresses wait for a service that answers one a second."""


def geocoder(
    kind: str, key: str, base_url: str, city_name: str, timeout_seconds: float
) -> Callable[[str], Awaitable[Point | None]]:
    """What asks a service («nominatim» or «yandex») for the point of an address in the city.

    An empty `base_url` is the public service. The answer is None for whatever is not found, too vague or out of
    order, at the latest after `timeout_seconds`. Raises UnknownGeocoder.
    """
    if kind not in PAUSES:
        raise UnknownGeocoder(f"геокодер «{kind}» неизвестен; напишите nominatim или yandex")
    if kind == "yandex" and not key:
        raise UnknownGeocoder("геокодеру yandex нужен ключ; получите его на https://developer.tech.yandex.ru")
    return Geocoding(service(kind, key, base_url, timeout_seconds), kind, city_name, timeout_seconds, PAUSES[kind])


def service(kind: str, key: str, base_url: str, timeout_seconds: float) -> Callable[[str], Any]:
    """A blocking call of the service: a question → geopy's location or None. Raises UnknownGeocoder."""
    from geopy.adapters import URLLibAdapter
    from geopy.geocoders import Nominatim, Yandex

    logging.getLogger("geopy").setLevel(logging.WARNING)  # below that it logs addresses
    options = {**place_of(base_url), "timeout": timeout_seconds, "adapter_factory": URLLibAdapter}
    if kind == "nominatim":
        nominatim = Nominatim(user_agent=USER_AGENT, **options)
        return lambda question: nominatim.geocode(question, language="ru")
    yandex = Yandex(key, user_agent=USER_AGENT, **options)
    return lambda question: yandex.geocode(question, lang="ru_RU")


def place_of(base_url: str) -> dict[str, str]:
    """Where a service is, as geopy wants it; nothing for the public one. Raises UnknownGeocoder."""
    parts = urlsplit(base_url)
    if base_url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise UnknownGeocoder(f"адрес геокодера «{base_url}» должен начинаться с https:// или http://")
    return {"scheme": parts.scheme, "domain": parts.netloc + parts.path.rstrip("/")} if base_url else {}


class Geocoding:
    """Asks in a thread, at the pace of the service, and remembers answers as well as their absence."""

    def __init__(
        self,
        ask: Callable[[str], Any],
        kind: str,
        city_name: str,
        timeout_seconds: float,
        pause_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.ask, self.kind, self.city_name = ask, kind, city_name
        self.timeout_seconds, self.pause_seconds = timeout_seconds, pause_seconds
        self.clock, self.sleep = clock, sleep
        self.free_at = 0.0
        self.kept: OrderedDict[str, tuple[Point | None, float]] = OrderedDict()

    async def __call__(self, address: str) -> Point | None:
        """The point of an address, None if there is none to be had."""
        question = " ".join(address.split())
        known = self.kept.get(question.casefold())
        if known and self.clock() < known[1]:
            self.kept.move_to_end(question.casefold())
            return known[0]
        return await self._answered(question) if question else None

    async def _answered(self, question: str) -> Point | None:
        """The service's answer, remembered; None for a fault, which is one line in the log without the address."""
        from geopy.exc import GeopyError

        point, until = None, FOREVER
        try:
            point = await asyncio.wait_for(self._asked(question), self.timeout_seconds)
        except Busy:
            log.warning("geocoder is busy", extra={"geocoder": self.kind})
            return None
        except (GeopyError, *FAULTS) as error:
            log.warning("geocoder failed", extra={"geocoder": self.kind, "fault": type(error).__name__})
            until = self.clock() + FAULT_KEPT_SECONDS
        self._keep(question.casefold(), point, until)
        return point

    async def _asked(self, question: str) -> Point | None:
        """One request, when it is its turn. Raises Busy if that comes too late, and whatever the service ends in."""
        now = self.clock()
        turn = max(now, self.free_at)
        if turn - now >= self.timeout_seconds:
            raise Busy
        self.free_at = turn + self.pause_seconds
        if turn > now:
            await self.sleep(turn - now)
        return point_of(await asyncio.to_thread(self.ask, f"{self.city_name}, {question}"))

    def _keep(self, key: str, point: Point | None, until: float) -> None:
        """Remember an answer; the one that was not asked for longest is forgotten."""
        self.kept[key] = point, until
        self.kept.move_to_end(key)
        if len(self.kept) > KEPT:
            self.kept.popitem(last=False)


def point_of(location: Any) -> Point | None:
    """The point of an answer; None for no answer, and for one that only found the city. Raises ValueError."""
    if location is None or is_wide(location.raw):
        return None
    if isinstance(location.raw, Mapping) and not (
        location.raw.keys() & {"Point"} or location.raw.keys() >= {"lat", "lon"}
    ):
        raise ValueError("no coordinates")  # geopy makes zeros of them
    lat, lon = float(location.latitude), float(location.longitude)
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError("no point on Earth")
    return Point(lat, lon)


def is_wide(raw: Any) -> bool:
    """Whether an answer is a whole town or district: Yandex says its kind, Nominatim the type of the address."""
    if not isinstance(raw, Mapping):
        return False
    told = raw.get("metaDataProperty", {}).get("GeocoderMetaData", {}).get("kind")
    return (told or raw.get("addresstype") or raw.get("type")) in WIDE
