"""The ways in which a person confirms what they agree to: one module each, one register.

A way is a small class: when it is open, what it checks, and which evidence it leaves for
rules_strength.compute_strength. A new one is a subclass, a rule beside the others, a form and a
template; whoever asks, and whoever weighs, stays as they are.
"""

from __future__ import annotations

from .base import (
    Asking,
    Attachment,
    Confirmed,
    NotConfirmed,
    Way,
    find_way,
    list_ways,
    register_way,
    weigh,
)
from .card import CardWay
from .code import CodeWay, Phone, find_code, hash_code, list_phones
from .interpreter import InterpreterWay
from .paper import HomeVisitWay, PaperWay
from .post import PostWay
from .signature import SignatureWay
from .telephone import TelephoneWay
from .voucher import VoucherWay, find_sighting
from .witness import WitnessWay

__all__ = [
    "Asking",
    "Attachment",
    "Confirmed",
    "NotConfirmed",
    "Phone",
    "Way",
    "find_code",
    "find_sighting",
    "find_way",
    "hash_code",
    "list_phones",
    "list_ways",
    "register_all",
    "register_way",
    "weigh",
]


def register_all() -> None:
    """Offer every way, in this order."""
    for way in (
        CodeWay(),
        CardWay(),
        SignatureWay(),
        PaperWay(),
        WitnessWay(),
        VoucherWay(),
        InterpreterWay(),
        TelephoneWay(),
        PostWay(),
        HomeVisitWay(),
    ):
        register_way(way)
