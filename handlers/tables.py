"""Which words, buttons and completed dialogs lead to which handler: a new one is a row here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from dialogs.speech import Json
from handlers import (
    appeals,
    filing,
    finding,
    intake,
    moderators,
    papers,
    photos,
    privacy,
    recordings,
    residents,
    teaching,
)
from handlers.turn import Turn

Handler = Callable[[Turn, str], Awaitable[None]]
Outcome = Callable[[Turn, Mapping[str, Json]], Awaitable[None]]


@dataclass(frozen=True)
class Command:
    """A command: `/name` everywhere, or one of the labels and words of its block in `commands.j2`."""

    name: str
    handler: Handler
    staff: bool = False


COMMANDS = (
    Command("start", residents.welcome),
    Command("new", residents.new_appeal),
    Command("my", appeals.mine),
    Command("find", finding.find),
    Command("navigator", finding.browse),
    Command("help", residents.show_help),
    Command("settings", residents.settings),
    Command("privacy", privacy.show),
    Command("cancel", residents.cancel),
    Command("human", residents.human),
    Command("queue", moderators.queue, staff=True),
    Command("control", moderators.control, staff=True),
    Command("appeal", moderators.open_by_number, staff=True),
    Command("stats", moderators.statistics, staff=True),
    Command("words", teaching.words, staff=True),
    Command("learnt", teaching.learnt, staff=True),
    Command("reload", teaching.ask_reload, staff=True),
)

ACTIONS: Mapping[str, Handler] = {
    "my": appeals.mine,
    "card": appeals.card,
    "share": appeals.share,
    "pass_on": appeals.pass_on,
    "join": residents.join,
    "leave": appeals.leave,
    "supplement": appeals.ask_supplement,
    "withdraw": appeals.ask_withdraw,
    "verdict": appeals.verdict,
    "to_file": filing.show_ways,
    "file_at": filing.show_portal,
    "paper": papers.show,
    "sign": papers.ask_signature,
    "text": papers.show_text,
    "name_me": papers.ask_name,
    "unname_me": papers.be_unnamed,
    "filed": filing.ask_filed,
    "got_answer": filing.ask_answer,
    "take_words": recordings.take_words,
    "resume": residents.resume,
    "photo_place": photos.take_place,
    "body": finding.show_body,
    "ladder": finding.show_ladder,
    "passport": finding.show_passport,
    "again": finding.show_card_again,
    "nav": finding.browse,
    "compose": residents.compose,
    "settings": residents.settings,
    "human": residents.human,
    "human_done": residents.end_talk,
    "export": privacy.export,
    "withdraw_consent": privacy.ask_withdraw,
    "consent": privacy.show_consent,
    "consent_give": privacy.give_consent,
    "consent_take_back": privacy.take_back,
    "erase_me": privacy.ask_erase,
}

STAFF_ACTIONS: Mapping[str, Handler] = {
    "queue": moderators.queue,
    "control": moderators.control,
    "next": moderators.next_in_queue,
    "accept": moderators.accept,
    "return": moderators.ask_return,
    "reject": moderators.ask_reject,
    "forward": moderators.ask_forward,
    "begin": moderators.begin,
    "answer": moderators.ask_answer,
    "answer_call": moderators.ask_answer_call,
    "retheme": teaching.ask_theme,
    "words": teaching.words,
    "learnt": teaching.learnt,
    "assign": teaching.ask_assign,
    "propose": teaching.ask_propose,
    "drop_words": teaching.drop_words,
    "unlearn": teaching.unlearn,
}

OUTCOMES: Mapping[str, Outcome] = {
    "consent": residents.consent,
    "find_body": finding.find_body,
    "file_appeal": intake.file_appeal,
    "file_oneself": filing.file_oneself,
    "got_answer": filing.got_answer,
    "sign_letter": papers.sign,
    "be_named": papers.be_named,
    "supplement": appeals.supplement,
    "withdraw": appeals.withdraw,
    "rate": appeals.rate,
    "pass_to_human": residents.pass_to_human,
    "withdraw_consent": privacy.withdraw_consent,
    "erase_me": privacy.erase_me,
    "return_appeal": moderators.return_appeal,
    "reject_appeal": moderators.reject_appeal,
    "forward_appeal": moderators.forward_appeal,
    "answer_appeal": moderators.answer_appeal,
    "find_appeal": moderators.find_appeal,
    "answer_call": moderators.answer_call,
    "correct_theme": teaching.correct_theme,
    "assign_words": teaching.assign_words,
    "propose_situation": teaching.propose_situation,
}
