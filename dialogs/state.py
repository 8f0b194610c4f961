"""Where a person's conversation stands; steps are stored by name, so a release does not break drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from dialogs.speech import Json

MAX_DRAFTS = 5


@dataclass(frozen=True)
class Frame:
    """One dialog under way. `token` marks the buttons of the question that is open now."""

    dialog: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    step: str = ""
    token: str = ""
    page: int = 0
    misses: int = 0
    """answers in a row that did not fit"""
    below: bool = False
    """whether the buttons of the open question stand below the input field"""
    started_at: str = ""

    def with_answer(self, step: str, value: Json) -> "Frame":
        """The same with one more answer."""
        return replace(self, answers={**self.answers, step: value})


@dataclass(frozen=True)
class Conversation:
    """The dialog that is open, the drafts that wait, and the last press (a second tap on it does nothing)."""

    active: Frame | None = None
    drafts: tuple[Frame, ...] = ()
    pressed: str = ""

    def parked(self, keep: bool) -> "Conversation":
        """Nothing open any more; what was is a draft if it is worth keeping. The oldest of too many drafts goes."""
        if self.active is None:
            return self
        drafts = (*self.drafts, self.active)[-MAX_DRAFTS:] if keep else self.drafts
        return replace(self, active=None, drafts=drafts)

    def kept(self, draft: Frame) -> "Conversation":
        """With one more draft; the oldest of too many goes."""
        return replace(self, drafts=(*self.drafts, draft)[-MAX_DRAFTS:])

    def resumed(self, index: int) -> "Conversation":
        """A draft is open again. Raises IndexError."""
        draft = self.drafts[index]
        return replace(self, active=draft, drafts=tuple(other for other in self.drafts if other is not draft))

    def as_json(self) -> dict[str, Any]:
        """For the column `conversations.state`."""
        active = vars(self.active) if self.active else None
        return {"active": active, "drafts": [vars(draft) for draft in self.drafts], "pressed": self.pressed}

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:
        """From the column `conversations.state`; fields of another release are left aside."""
        known = Frame.__dataclass_fields__.keys()

        def frame(values: Mapping[str, Any]) -> Frame:
            return Frame(**{key: value for key, value in values.items() if key in known})

        active = state.get("active")
        drafts = tuple(frame(draft) for draft in state.get("drafts", ()))
        return cls(frame(active) if active else None, drafts, state.get("pressed", ""))
