"""From what a world has shown so far to what is known of one act: each family by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts_world import DAY, HOUR, MINUTE, Act
from .signals_seen import Seen

if TYPE_CHECKING:
    from .signals_memory import Memory, OfHelper, OfPerson


MANY = 4
"""Homes on an account, most of them through other hands."""


def gather(memory: Memory, act: Act) -> Seen:
    """What is known of ``act`` before it is part of the past."""
    seen = Seen(kind=act.kind, amount=act.amount or 0, is_urgent=bool(act.is_urgent))
    mine = memory.of_helper[act.helper]
    _who_and_where(memory, act, mine, seen)
    if act.person:
        theirs = memory.of_person[act.person]
        _person(memory, act, mine, theirs, seen)
        _consent(memory, act, theirs, seen)
        if act.account:
            _account(memory, act, mine, theirs, seen)
        if act.phone and act.kind == "change_contact":
            _phone(memory, act, seen)
        if act.kind == "apply":
            _application(memory, act, mine, seen)
    _second_humans(memory, act, mine, seen)
    slip = _find_slip(act, seen)
    if slip:
        seen.slips = memory.count_slips(act.helper, slip, act.at, act.person)
    return seen


def _find_slip(act: Act, seen: Seen) -> str:
    """What may be a mistake once, and is none again and again."""
    if seen.consent_state != "live":
        return "authority"
    if seen.minutes_recorded_late > 10:
        return "late"
    if seen.text_differs or (seen.language_differs and act.kind in ("consent", "represent")):
        return "text"
    if seen.has_no_identity and act.kind in ("change_contact", "change_payee", "register"):
        return "identity"
    if seen.is_fee_line:
        return "fee"
    if seen.no_assessor:
        return "assessor"
    if seen.facts_changed >= 3:
        return "facts"
    if act.kind in ("represent", "change_payee") and seen.call == "inbound":
        return "inbound"
    if act.kind == "review" and seen.review_seconds < 20:
        return "quick"
    if seen.is_known_dead and act.kind in ("apply", "pay", "report_change"):
        return "death"
    if act.kind == "consent" and seen.days_since_withdrawn < 8 and seen.is_unconfirmed_act:
        return "no"
    if seen.is_out_of_hours and act.kind in ("consent", "represent", "change_payee"):
        return "hours"
    return ""


def _account(memory: Memory, act: Act, mine: OfHelper, theirs: OfPerson, seen: Seen) -> None:
    relation = memory.relations.get((act.helper, act.person))
    seen.name_fits = act.name_check != "none"
    seen.name_is_near = act.name_check == "close"
    seen.digits_changed = act.digits_changed or 0
    seen.is_before_first_payment = bool(act.is_before_first_payment)
    seen.is_fee_line = bool(act.is_fee_line)
    seen.is_related = relation is not None and relation.declared_at <= act.at
    seen.has_authority = seen.is_related and relation is not None and relation.has_authority
    owners = memory.own_accounts.get(act.account, set())
    own = memory.people[act.person].human
    seen.account_is_helpers = bool(owners - {own}) and act.account not in memory.registered
    spread = memory.spread(act.account)
    if spread is not None:
        home = memory.home_of(act.person)
        seen.people_on_account = len(spread.homes) + (home not in spread.homes)
        before = spread.by_hand(act.helper) * len(spread.homes)
        seen.account_by_hand = (before + (home not in spread.homes)) / seen.people_on_account
        seen.is_own_household = home in spread.homes
        seen.is_towns_payee = len(spread.homes) >= MANY and seen.account_by_hand < 0.5
    else:
        seen.has_authority = True  # a registered establishment's account: verified once
    seen.days_since_payee_change = memory.since(act.at, theirs.payee)
    if theirs.payee is not None:
        seen.payee_changed_by_same = theirs.payee[1] == act.helper
        seen.pays_new_payee = act.kind == "pay" and theirs.payee[2] == act.account
        seen.new_payee_fits = theirs.payee[3] == "match"
    paid = theirs.payments.get(act.account, []) if act.kind == "pay" else []
    ten = [pence for at, pence in paid if at > act.at - 10 * DAY]
    seen.parts_in_10_days = len(ten) + 1
    seen.pence_in_10_days = sum(ten) + seen.amount
    thirty = [pence for at, pence in paid if at > act.at - 30 * DAY]
    seen.pence_in_30_days = sum(thirty) + seen.amount
    seen.largest_part = max([seen.amount, *thirty])
    if act.kind == "pay" and seen.amount < 6_000 and spread is not None:
        seen.small_payments_by_hand = len(mine.small.get(act.account, set()) | {act.person})
    seen.helper_bad_names = mine.bad_names + (not seen.name_fits)
    seen.helper_bad_names_expected = (mine.names + 1) * memory.names[0] / memory.names[1]
    if act.branch and act.kind in ("apply", "change_payee"):
        key = (act.helper, act.branch, act.at // (7 * DAY))
        seen.branch_in_7_days = len(memory.branches.get(key, ())) + 1


def _phone(memory: Memory, act: Act, seen: Seen) -> None:
    owners = memory.own_phones.get(act.phone, set()) - {memory.people[act.person].human}
    related = (act.helper, act.person) in memory.relations
    seen.phone_is_helpers = bool(owners) and not related
    seen.is_related = related
    spread = memory.spread(act.phone)
    if spread is not None:
        home = memory.home_of(act.person)
        seen.people_on_phone = len(spread.homes) + (home not in spread.homes)
        before = spread.by_hand(act.helper) * len(spread.homes)
        seen.phone_by_hand = (before + (home not in spread.homes)) / seen.people_on_phone


def _person(memory: Memory, act: Act, mine: OfHelper, theirs: OfPerson, seen: Seen) -> None:
    person = memory.people[act.person]
    others = theirs.helpers - {act.helper}
    seen.was_registered_by_same = theirs.registered_by == act.helper
    seen.is_unconfirmed = seen.was_registered_by_same and not others and not person.has_id
    seen.is_unreachable = not person.phone
    if seen.is_unconfirmed or act.kind == "register":
        ghosts = mine.ghosts
        seen.ghosts_of_helper = len(ghosts) + (act.person not in ghosts and act.kind == "register")
        home = memory.home_of(act.person)
        if home not in memory.registered:
            same = {who for who, where in ghosts.items() if where == home}
            seen.newcomers_at_address = len(same | {act.person})
    if act.kind == "vouch":
        seen.pair_vouches = memory.pair_vouches[(act.helper, theirs.registered_by)] + 1
    elif theirs.vouchers:
        seen.pair_vouches = max(
            memory.pair_vouches[(one, theirs.registered_by)] for one in theirs.vouchers
        )
    seen.is_known_dead = person.known_dead_at is not None and act.at > person.known_dead_at + DAY
    seen.days_since_reopened = memory.since(act.at, theirs.reopened)
    seen.reopened_by_same = theirs.reopened is not None and theirs.reopened[1] == act.helper
    seen.has_no_identity = act.identity == "none"
    seen.days_since_contact_change = memory.since(act.at, theirs.contact)
    seen.contact_changed_by_same = theirs.contact is not None and theirs.contact[1] == act.helper
    seen.days_since_withdrawn = memory.since(act.at, theirs.withdrawn)
    seen.withdrawn_at_other_desk = (
        theirs.withdrawn is not None and theirs.withdrawn[1] != act.helper
    )
    if theirs.represented is not None:
        seen.days_since_represented = memory.since(act.at, theirs.represented)
        seen.represented_by_same = theirs.represented[1] == act.helper
        seen.partner_represents = theirs.represented[2]
    seen.days_since_notice_stopped = memory.since(act.at, theirs.silenced)


def _consent(memory: Memory, act: Act, theirs: OfPerson, seen: Seen) -> None:
    if act.consent_recorded_at is not None:
        seen.minutes_recorded_late = (act.consent_recorded_at - act.at) / MINUTE
        if act.consented_at is not None:
            seen.hours_claimed_before = (act.consent_recorded_at - act.consented_at) / HOUR
    seen.consent_state = act.consent_state or "live"
    seen.text_differs = bool(act.text_shown and act.text_signed) and (
        act.text_shown != act.text_signed
    )
    language = memory.people[act.person].language
    seen.language_differs = bool(act.text_shown and language) and (
        act.text_shown[2:] != language and language != "en" and act.present != "interpreter"
    )
    seen.partner_beside = act.present == "partner"
    seen.no_private_moment = act.had_private_moment is False
    seen.call = act.call
    seen.confirmed_by_new_route = act.confirmed_by == "new_route"
    seen.is_unconfirmed_act = act.confirmed_by in ("nothing", "new_route")
    seen.people_on_signature = _others(memory, act.signature, act)
    seen.people_near_signature = _others(memory, act.signature_near, act)
    near = memory.spreads.get(act.signature_near)
    seen.near_by_hand = near.by_hand(act.helper) if near else 0.0
    if act.kind == "capacity":
        seen.no_assessor = not act.assessor
        seen.people_of_assessor = _others(memory, act.assessor, act)
        spread = memory.spread(act.assessor)
        seen.assessor_by_hand = spread.by_hand(act.helper) if spread else 0.0


def _others(memory: Memory, value: str, act: Act) -> int:
    """How many homes beside this person's the value stands for."""
    spread = memory.spreads.get(value) if value else None
    if spread is None:
        return 0
    return len(spread.homes) - (memory.home_of(act.person) in spread.homes)


def _application(memory: Memory, act: Act, mine: OfHelper, seen: Seen) -> None:
    seen.facts_changed = act.facts_changed or 0
    seen.people_on_document = _others(memory, act.document, act)
    seen.people_on_landlord = _others(memory, act.landlord, act)
    document = memory.spreads.get(act.document)
    seen.document_by_hand = document.by_hand(act.helper) if document else 0.0
    if act.document:
        lately = memory.papers[act.document]
        lately.append((act.at, memory.home_of(act.person)))
        while lately[0][0] < act.at - 30 * DAY:
            lately.popleft()
        seen.document_in_30_days = len({home for _at, home in lately})
    landlord = memory.spreads.get(act.landlord)
    seen.landlord_by_hand = landlord.by_hand(act.helper) if landlord else 0.0
    seen.people_on_text = _others(memory, act.text, act)
    text = memory.spreads.get(act.text)
    seen.text_by_hand = text.by_hand(act.helper) if text else 0.0
    if act.text:
        same = {who for _at, words, who in mine.texts if words == act.text}
        seen.text_in_7_days = len(same | {act.person})


def _who_and_where(memory: Memory, act: Act, mine: OfHelper, seen: Seen) -> None:
    helper = memory.helpers[act.helper]
    seen.has_left = helper.ends_at is not None and act.at > helper.ends_at
    hour = act.at % DAY // HOUR
    seen.is_night = hour < 7 or hour >= 20
    if helper.kind in ("staff", "volunteer"):
        away = hour < 8 or hour >= 18
        seen.is_out_of_hours = away and not memory.is_on_rota(act.helper, act.at)
    if mine.places and act.network:
        seen.network_is_new = act.network not in mine.places
        elsewhere = [at for place, at in mine.places.items() if place != act.network]
        if elsewhere:
            seen.hours_since_other_network = (act.at - max(elsewhere)) / HOUR
    seen.device_is_new = bool(mine.devices and act.device) and act.device not in mine.devices
    seen.risky_acts_in_a_day = 1 + sum(1 for at in mine.risky if at > act.at - DAY)
    if len(memory.settings) and memory.settings[-1][1] == "looser":
        seen.setting_is_fresh = act.at - memory.settings[-1][0] < DAY
    seen.noes_of_helper = len(mine.noes)


def _second_humans(memory: Memory, act: Act, mine: OfHelper, seen: Seen) -> None:
    if act.kind == "grant_role":
        giver, taker = memory.helpers[act.helper], memory.helpers.get(act.subject)
        seen.is_own_grant = taker is not None and giver.human == taker.human
        theirs = memory.of_helper[act.subject]
        begun = theirs.roles.get("reviewer")
        if act.result == "ended" and begun is not None:
            seen.grant_hours = (act.at - begun) / HOUR
            uses = {
                asker: sum(1 for at, _s, _r in each if at > begun)
                for asker, each in theirs.reviews.items()
            }
            seen.grant_uses = sum(uses.values())
            seen.grant_askers = sum(1 for times in uses.values() if times)
    elif act.kind == "change_setting":
        seen.setting_is_new = True
        last, result = memory.settings[-1] if memory.settings else (0, "looser")
        if act.result != "looser" or result == "looser":
            seen.setting_hours = (act.at - last) / HOUR
    elif act.kind == "review":
        _review(memory, act, mine, seen)


def _review(memory: Memory, act: Act, mine: OfHelper, seen: Seen) -> None:
    reviewer, other = memory.helpers[act.helper], memory.helpers.get(act.reviewed_helper)
    seen.is_own_review = other is not None and reviewer.human == other.human
    pair = mine.reviews.get(act.reviewed_helper, [])
    recent = [each for each in pair if each[0] > act.at - 60 * DAY]
    seen.pair_reviews = len(recent) + 1
    seen.pair_quick = sum(1 for each in recent if 0 < each[1] < 120)
    all_of_helper = sum(memory.reviewed[act.reviewed_helper].values())
    seen.pair_share = (len(pair) + 1) / (all_of_helper + 1)
    seen.review_seconds = act.review_seconds if act.review_seconds is not None else 10_000
    seen.pair_refused = (act.result == "refused") + sum(1 for each in recent if each[2])
    seen.reviewers_drawn = len(memory.reviewers[act.organisation] | {act.helper})
    if seen.review_seconds < 120:
        seen.pair_quick += 1
    theirs = memory.of_person[act.person]
    touched = theirs.touched.get(act.helper)
    seen.reviewer_touched_person = touched is not None and act.at - touched < 3 * DAY
