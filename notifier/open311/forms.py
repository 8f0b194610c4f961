"""What is written into the form of a filing."""

from datetime import UTC, datetime

from notifier.open311.model import LONGEST_TEXT, Report, Server


def form_of(report: Report, server: Server) -> list[tuple[str, str]]:
    """The fields of a filing. The order is that of the standard's example."""
    point = report.point
    plain = {
        "api_key": server.key,
        "jurisdiction_id": server.jurisdiction,
        "service_code": report.service,
        "lat": f"{point.lat:.6f}" if point else "",
        "long": f"{point.lon:.6f}" if point else "",
        "address_string": report.address,
        "description": described(report),
        "media_url": report.media_url,
    }
    fields = [(name, value) for name, value in plain.items() if value]
    for code, answer in report.attributes.items():
        if isinstance(answer, str):
            fields.append((f"attribute[{code}]", answer))
        else:
            fields += [(f"attribute[{code}][]", one) for one in answer]
    return fields


def described(report: Report) -> str:
    """The description with its mark as the last line; what does not fit the standard's limit is cut before the mark."""
    ending = f"\n\n{report.mark}"
    room = LONGEST_TEXT - len(ending)
    words = report.description
    return ((words if len(words) <= room else f"{words[: room - 1]}…") + ending).strip()


def written(moment: datetime) -> str:
    """A date as the standard wants it: 2010-01-01T00:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
