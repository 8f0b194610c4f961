"""How long it takes to suggest situations for what somebody wrote."""

from time import perf_counter

from dialogs.understanding.index import suggest
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack
from tests.bench.figures import Figure, Measured, number, quantile
from tests.bench.ground import CITY

ROUNDS = 10
BOUND_MS = 5.0


async def measure() -> Measured:
    """Every everyday phrase of the pack, several times, and each one together with all of its neighbours."""
    city = read_pack(CITIES / CITY)
    phrases = [phrase for situation in city.situations.values() for phrase in situation.recognition.phrases]
    long = ["; ".join(situation.recognition.phrases)[:1000] for situation in city.situations.values()]
    times = []
    for _ in range(ROUNDS):
        for text in (*phrases, *long):
            start = perf_counter()
            suggest(text, city)
            times.append(1000 * (perf_counter() - start))
    p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
    return Measured(
        [Figure("подсказка ситуаций: p99, мс", number(p99), f"≤ {number(BOUND_MS)}", p99 <= BOUND_MS)],
        [
            f"подсказка: {len(phrases)} фраз и {len(long)} длинных текстов по {ROUNDS} раз; "
            f"p50 {number(p50)}, p99 {number(p99)}, дольше всего {number(max(times))} мс"
        ],
    )
