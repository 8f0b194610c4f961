"""How long it takes to find the territory of a point, and what the whole search keeps in memory."""

import asyncio
import math
import random
import subprocess
import sys
from time import perf_counter

from storage.imported.territories import Territories
from storage.model.territory import Point
from tests.bench.figures import Figure, Measured, number, quantile

POLYGONS, CORNERS = 111, 500
POINTS = 5000
BOUND_MS, BOUND_MB = 1.0, 60
SEARCH = """
import psutil
from storage.model.territory import Point
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack
city = read_pack(CITIES / "saint_petersburg")
from tests.bench.suggestion import messages
from tests.bench.territory import star
asked, stars = messages(), [star(30 + n / 200, 59.7 + n / 300) for n in range(111)]
from dialogs.understanding.index import suggest
before = psutil.Process().memory_info().rss
for text in asked:
    suggest(text, city)
from shapely import Polygon
from storage.imported.territories import Territories
Territories({str(n): Polygon(ring) for n, ring in enumerate(stars)}).at(Point(59.9, 30.3))
print(psutil.Process().memory_info().rss - before)
"""
"""a program of its own: nothing else has brought the libraries in"""


async def measure() -> Measured:
    """Stars of many corners side by side, asked for points all over them."""
    map_, chance = borders(), random.Random(3)
    times = []
    for _ in range(POINTS):
        point = Point(59.7 + chance.random() * 0.5, 30.0 + chance.random())
        start = perf_counter()
        map_.at(point)
        times.append(1000 * (perf_counter() - start))
    p99 = quantile(times[100:], 0.99)
    kept = int(await asyncio.to_thread(told_by_itself)) / 1e6
    return Measured(
        [
            Figure("территория точки: p99, мс", number(p99), f"≤ {number(BOUND_MS)}", p99 <= BOUND_MS),
            Figure("память поиска, МБ", number(kept), f"≤ {BOUND_MB}", kept <= BOUND_MB),
        ],
        [f"территория: {POLYGONS} границ по {CORNERS} углов, {POINTS} точек; p50 {number(quantile(times, 0.5))} мс"],
    )


def told_by_itself() -> str:
    """What SEARCH prints."""
    return subprocess.run([sys.executable, "-c", SEARCH], check=True, capture_output=True, text=True).stdout


def borders() -> Territories:
    """A grid of stars that fills the map."""
    import shapely  # type: ignore[import-untyped]  # here, so that SEARCH measures what it brings in

    outlines = {}
    across = math.ceil(math.sqrt(POLYGONS))
    for number_of in range(POLYGONS):
        east, north = 30.0 + number_of % across / across, 59.7 + number_of // across / across / 2
        outlines[f"округ {number_of}"] = shapely.Polygon(star(east, north))
    return Territories(outlines)


def star(east: float, north: float) -> list[tuple[float, float]]:
    """The corners of one outline, longitude and latitude, closed."""
    angles = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    far = [0.04 + 0.01 * math.sin(9 * angle) for angle in angles]
    both = zip(angles, far, strict=True)
    ring = [(east + 0.05 + out * math.cos(at), north + out * math.sin(at) / 2) for at, out in both]
    return [*ring, ring[0]]
