"""What a person sees on their screen, the same shape for every messenger, so that one story can run through all."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heard:
    """One message as it stands on a person's screen after it was sent or edited.

    `text` is plain (markup removed); `buttons` are the labels under the message in reading order, `urls` maps
    labels of link buttons to their address; `keyboard` are the labels of the keyboard below the input field
    (None: this message did not change it, empty: it was removed); `photos` are the received bytes.
    """

    text: str
    buttons: tuple[str, ...] = ()
    urls: dict[str, str] = field(default_factory=dict)
    keyboard: tuple[str, ...] | None = None
    photos: tuple[bytes, ...] = ()
    documents: tuple[tuple[str, bytes], ...] = ()
    edited: bool = False
    message_id: int = 0
