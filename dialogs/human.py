"""A resident talks to a human: each message is passed on until «Закончить разговор»."""

from dialogs.asking import words
from dialogs.steps import Ask, Dialog

human = Dialog(
    "human",
    outcome="pass_to_human",
    steps=(Ask("words", words, reasons=("unclear", "long")),),
    cancel="end_talk",
)
answer_call = Dialog("answer_call", outcome="answer_call", steps=(Ask("words", words, reasons=("unclear", "long")),))
