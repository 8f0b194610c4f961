"""All conversations: a new one is a file, its texts, a test and a row here."""

from dialogs.consent import consent
from dialogs.erase_me import erase_me, withdraw_consent
from dialogs.file_appeal import file_appeal
from dialogs.file_oneself import file_oneself
from dialogs.find_body import find_body
from dialogs.human import answer_call, human
from dialogs.letter import be_named, letter
from dialogs.moderation import (
    answer_appeal,
    assign_words,
    correct_theme,
    find_appeal,
    forward_appeal,
    propose_situation,
    reject_appeal,
    return_appeal,
)
from dialogs.own_appeal import got_answer, rate, supplement, withdraw

DIALOGS = (
    consent,
    find_body,
    file_appeal,
    file_oneself,
    letter,
    be_named,
    supplement,
    got_answer,
    withdraw,
    rate,
    human,
    withdraw_consent,
    erase_me,
    return_appeal,
    reject_appeal,
    forward_appeal,
    answer_appeal,
    find_appeal,
    answer_call,
    correct_theme,
    assign_words,
    propose_situation,
)
