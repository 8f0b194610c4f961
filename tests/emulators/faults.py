"""Network and server faults that an emulated messenger can be told to show."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call; `kind` is status, slow, vk_error, drop_before, drop_after, hang or garbage.

    `code` is the HTTP status or the VK error number, `seconds` the delay of a slow answer, `retry_after` the pause
    in seconds that a 429 asks for. (A field cannot be called `status`: the constructor below has that name.)
    """

    kind: str
    code: int = 0
    seconds: float = 0.0
    retry_after: int = 0

    drop_before: ClassVar["Fault"]
    """Close the connection without doing the work."""
    drop_after: ClassVar["Fault"]
    """Do the work, then close the connection without an answer."""
    hang: ClassVar["Fault"]
    """Do nothing and never answer; the work is done and answered only if the emulator releases the call."""
    garbage: ClassVar["Fault"]
    """Answer 200 with a body that is not JSON, as a captive portal does, without doing the work."""

    @classmethod
    def status(cls, code: int, *, retry_after: int = 0) -> "Fault":
        """Answer with this HTTP status without doing the work."""
        return cls("status", code=code, retry_after=retry_after)

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        """Do the work and answer only after so many seconds."""
        return cls("slow", seconds=seconds)

    @classmethod
    def vk_error(cls, code: int) -> "Fault":
        """Answer 200 with a VK error of this number without doing the work."""
        return cls("vk_error", code=code)


Fault.drop_before = Fault("drop_before")
Fault.drop_after = Fault("drop_after")
Fault.hang = Fault("hang")
Fault.garbage = Fault("garbage")


@dataclass
class Planned:
    """A fault that waits for `left` calls of `method` (lower case; None: any call but a long poll)."""

    method: str | None
    fault: Fault
    left: int


class Faults:
    """The faults still to happen; a fault for any method leaves the named long polls alone."""

    def __init__(self, *long_polls: str) -> None:
        self._long_polls = frozenset(name.lower() for name in long_polls)
        self._planned: list[Planned] = []

    def plan(self, method: str | None, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of the method (in any letter case) meet this fault, after those planned before."""
        self._planned.append(Planned(method.lower() if method else None, fault, times))

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, used up by the question."""
        if not self._planned:
            return None
        name = method.lower()
        accepted = (name,) if name in self._long_polls else (name, None)
        for planned in self._planned:
            if planned.method in accepted:
                planned.left -= 1
                if planned.left <= 0:
                    self._planned.remove(planned)
                return planned.fault
        return None
