"""Withdrawing the consent and erasing everything: asked once more, because it cannot be undone."""

from dialogs.asking import yes_or_no
from dialogs.steps import Ask, Dialog

withdraw_consent = Dialog(
    "withdraw_consent", outcome="withdraw_consent", steps=(Ask("sure", choices=yes_or_no),), cancel=""
)
erase_me = Dialog("erase_me", outcome="erase_me", steps=(Ask("sure", choices=yes_or_no),), cancel="")
