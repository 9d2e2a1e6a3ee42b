"""Contacts: cards of people who may call, searched in kana, kept in sheets, merged, checked."""

from fsbridge.domain.contacts.card import (
    Card,
    Contact,
    Number,
    card_of,
    checked,
    data_of,
    problems_of,
    tidy,
)
from fsbridge.domain.contacts.changes import Entry, differences, merged
from fsbridge.domain.contacts.faults import FIELDS, ContactError, Fault, NoSuchContact, Problem
from fsbridge.domain.contacts.folding import fold, reading, search_text, spoken, words_of

__all__ = [
    "FIELDS",
    "Card",
    "Contact",
    "ContactError",
    "Entry",
    "Fault",
    "NoSuchContact",
    "Number",
    "Problem",
    "card_of",
    "checked",
    "data_of",
    "differences",
    "fold",
    "merged",
    "problems_of",
    "reading",
    "search_text",
    "spoken",
    "tidy",
    "words_of",
]
