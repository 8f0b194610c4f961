"""Clients of Open311 servers, each made when it is first needed: their library is imported only then."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from notifier.open311.model import Server
from storage.model.city import City
from storage.model.facts import Open311

if TYPE_CHECKING:
    from notifier.open311.client import Client


@dataclass
class Clients:
    """One client a server; a pack that is read anew may name another one."""

    key: str = field(default="", repr=False)
    known: "dict[Server, Client]" = field(default_factory=dict)

    def of(self, city: City, open311: Open311) -> "Client":
        """The client of a city's server."""
        server = Server(open311.endpoint, open311.jurisdiction, self.key, city.zone, open311.publishes, open311.media)
        if server not in self.known:
            from notifier.open311.client import Client

            self.known[server] = Client(server)
        return self.known[server]

    async def close(self) -> None:
        """Give connections back."""
        for client in self.known.values():
            await client.close()
