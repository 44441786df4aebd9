"""Honest slips: what people do every day that a rule would call abuse, were it not a mistake.

Without them a breach of a rule would always be a crime, and finding it no art. The shares are
assumed, and rather high than low.
"""

from __future__ import annotations

from assistedaccess.safeguards.facts_world import DAY, HOUR, MINUTE, Act

from .year import Year

EXPIRED = 0.0015
OUT_OF_SCOPE = 0.0008
WITHDRAWN = 0.0001
ENTERED_LATER = 0.002
"""Done on paper where there was no network, and typed in afterwards."""
OTHER_TEXT = 0.0005  # a new version came out in between
NO_IDENTITY = 0.006
PLAIN_MARK = 0.02
"""Of signatures: a cross or a line, which many make alike."""
OWN_PHONE = 0.004
WRONG_KEY = 0.0003
"""Opened from another device and place: at a colleague's, at home, on a new telephone."""
NAMED_A_FEE = 0.0004
BY_TELEPHONE = 0.03
PARTNER = 0.05
OTHER_LANGUAGE = 0.05
"""Of texts for people of another language: shown in English, because they read it well."""


def make_slips(year: Year) -> None:
    """Have honest acts go wrong, in place."""
    schemed = {id(act) for scheme in year.schemes for act in scheme.acts}
    town = year.town
    marks = [(town.token("g"), f"h{town.chance.getrandbits(36):09x}") for _ in range(40)]
    for act in year.acts:
        if id(act) not in schemed and act.person:
            _slip(year, act, marks)


def _slip(year: Year, act: Act, marks: list[tuple[str, str]]) -> None:
    town = year.town
    if act.consent_state == "live":
        if town.is_so(EXPIRED):
            act.consent_state = "expired"
        elif town.is_so(OUT_OF_SCOPE):
            act.consent_state = "out_of_scope"
        elif town.is_so(WITHDRAWN):
            act.consent_state = "withdrawn"
    if act.consent_recorded_at is not None and town.is_so(ENTERED_LATER):
        act.consent_recorded_at = act.at + town.some(1, 48) * HOUR
    if act.text_signed and town.is_so(OTHER_TEXT):
        act.text_signed = f"w{town.some(1, 6)}{act.text_shown[2:]}"
    if act.text_shown and act.text_shown[2:] not in ("en", "cy") and town.is_so(OTHER_LANGUAGE):
        act.text_shown = act.text_signed = f"{act.text_shown[:2]}en"
    if act.signature and town.is_so(PLAIN_MARK):
        near = town.chance.choice(marks)[1]
        act.signature_near = near
    if act.kind in ("change_contact", "change_payee", "register") and town.is_so(NO_IDENTITY):
        act.identity = "none"
    if act.kind == "change_contact" and act.phone and town.is_so(OWN_PHONE):
        act.phone = town.helper(act.helper).phone
    if act.kind in ("represent", "change_payee", "change_contact"):
        if town.is_so(WRONG_KEY * 10):
            act.device, act.network = town.token("d"), town.token("n")
        if town.is_so(BY_TELEPHONE):
            act.call = town.pick({"inbound": 0.3, "called_back": 0.7})
        if act.kind == "change_payee" and town.is_so(PARTNER):
            act.present = "partner"
    if act.kind == "pay" and town.is_so(NAMED_A_FEE):
        act.is_fee_line = True
    if act.kind == "capacity":
        act.assessor = "" if town.is_so(0.15) else f"a{town.some(1, 40):02d}"
    if act.kind == "apply" and town.is_so(0.002):
        act.document = f"f{town.some(1, 30):02d}"  # a leaflet that many hand in
    if act.kind == "review" and town.is_so(0.01):
        act.review_seconds = town.some(6, 19)
    if act.kind == "consent" and act.at % DAY > 16 * HOUR and town.is_so(0.02):
        act.at += 3 * HOUR + town.some(0, 50) * MINUTE  # somebody stayed on
