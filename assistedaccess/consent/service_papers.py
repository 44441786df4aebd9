"""Signed paper: printed from here, photographed back within fourteen days, or lapsed (C03, C10)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import check_theirs
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.events import publish
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.reach import load_reached

from . import queries, rules, words
from .events import ConsentStrengthened
from .models import Consent
from .models_evidence import ConsentPaper, ConsentPicture
from .pictures import decode_upload, read_picture
from .pictures_kept import CONTENT, keep_picture
from .rules_paper import PACK_LIFETIME, SCAN_WITHIN
from .rules_strength import Evidence
from .service import get_person_for_act, tell_person
from .service_asking import lock_request
from .ways.base import Attachment


class PaperLapsed(Refused):
    """The signed form was to be photographed by a day that is over."""

    reason_code = "paper_lapsed"


class PaperIsIn(Refused):
    """The photograph of the signed form is there already."""

    reason_code = "paper_is_in"


@command("consent.print_form")
def print_form(*, actor: Actor, request_id: UUID) -> UUID:
    """Print the form that the person signs: it bears this request's number and the words' hash.

    It can be signed and entered for fourteen days; an asking that was printed outlives its visit.
    """
    request = lock_request(actor, request_id)
    get_person_for_act(actor, request.person_id)
    request.form_printed_at = clock.now()
    request.form_hash = request.terms_hash
    request.waits_until = max(request.waits_until or clock.today(), clock.today() + PACK_LIFETIME)
    record(
        Action.CONSENT_FORM_PRINTED,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
        details={"terms_hash": request.terms_hash, "language": request.language},
    )
    return request_id


def add_paper(consent: Consent) -> None:
    """The photograph of the signed form is due within fourteen days."""
    get_session().add(ConsentPaper(consent_id=consent.id, due_on=clock.today() + SCAN_WITHIN))
    get_session().flush()


def find_paper(consent_id: UUID) -> ConsentPaper | None:
    """What is known of a consent's paper; to be read."""
    return get_session().get(ConsentPaper, consent_id)


@command("consent.add_scan")
def add_scan(*, actor: Actor, consent_id: UUID, picture: str) -> UUID:
    """Add the photograph of the signed form (base64); the yes is then worth what paper can carry.

    By any helper of the organisation. Raises PaperLapsed after the last day, PaperIsIn where it is
    there, InvalidInput at ``picture`` for what is no photograph or was used before.
    """
    require(actor, Permission.CONSENT_RECORD)
    consent = get_session().get(Consent, consent_id, with_for_update=True, populate_existing=True)
    if consent is None or consent.organisation_id != actor.organisation_id:
        raise NotFound
    check_theirs(actor, ("consent", consent_id))
    concerns(person_id=consent.person_id, subject=("consent", consent_id))
    paper = get_session().get(
        ConsentPaper, consent_id, with_for_update=True, populate_existing=True
    )
    if paper is None:
        raise NotFound
    get_person_for_act(actor, consent.person_id)
    if paper.picture_id is not None:
        raise PaperIsIn(_("The photograph of this form is there already."))
    if clock.today() > paper.due_on or paper.lapsed_at is not None:
        raise PaperLapsed(
            _("The photograph had to be here by %(day)s.", day=words.spell_day(paper.due_on)),
            next_step=_("Ask the person. If they want it, record a new yes."),
        )
    found = read_picture(decode_upload(picture, "picture"), "picture")
    kept = Attachment("signed_form", found.content, found.media_type, found.likeness)
    paper.picture_id = keep_picture(actor, consent, kept, field="picture")
    paper.added_at = clock.now()
    assessment = rules.compute_strength(
        Evidence(
            way=consent.way,
            paper_is_in=True,
            needs_interpreter=rules.NOT_THEIR_LANGUAGE in consent.reasons,
        )
    )
    consent.strength = str(assessment.strength)
    consent.reasons = assessment.codes
    get_session().flush()
    record(
        Action.CONSENT_STRENGTHENED,
        actor=actor,
        person_id=consent.person_id,
        subject=("consent", consent_id),
        reason="paper_is_in",
        details={"strength": consent.strength, "reasons": consent.reasons},
    )
    publish(ConsentStrengthened(consent_id, consent.person_id, actor, "paper_is_in"))
    return paper.picture_id


@dataclass(frozen=True)
class OpenedPicture:
    """A picture of the evidence, in clear."""

    content: bytes
    media_type: str


@command("consent.open_picture")
def open_picture(*, actor: Actor, reference: str, picture_id: UUID) -> OpenedPicture:
    """Open a picture of a consent of one's own organisation: a recorded look.

    Raises NotFound, ReasonNeeded, OwnRecord, RelativesRecord.
    """
    require(actor, Permission.CONSENT_RECORD)
    row = (
        get_session()
        .execute(
            select(ConsentPicture, Consent.organisation_id)
            .join(Consent, Consent.id == ConsentPicture.consent_id)
            .where(ConsentPicture.id == picture_id, Consent.reference == reference)
        )
        .one_or_none()
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    picture = row.ConsentPicture
    _person, found = load_reached(actor, picture.person_id, lock=False)
    concerns(subject=("consent", picture.consent_id))
    record_look(
        Action.CONSENT_PICTURE_OPENED,
        actor=actor,
        person_id=picture.person_id,
        subject=("consent", picture.consent_id),
        stated_reason=found.stated,
    )
    content = encryption.unseal_bytes(picture.person_id, CONTENT, picture.content)
    return OpenedPicture(content, picture.media_type)


def lapse_papers() -> int:
    """Say of each paper whose last day is over that it has lapsed, and tell the person.

    What rests on it has run out by itself (delegation.service); in a transaction, returns how many.
    """
    rows = get_session().execute(
        select(ConsentPaper, Consent)
        .join(Consent, Consent.id == ConsentPaper.consent_id)
        .where(
            ConsentPaper.due_on < clock.today(),
            ConsentPaper.picture_id.is_(None),
            ConsentPaper.lapsed_at.is_(None),
        )
        .with_for_update(of=ConsentPaper, skip_locked=True)
    )
    lapsed = 0
    for paper, consent in rows:
        paper.lapsed_at = clock.now()
        lapsed += 1
        record(
            Action.CONSENT_LAPSED,
            actor=SYSTEM,
            person_id=consent.person_id,
            organisation_id=consent.organisation_id,
            subject=("consent", consent.id),
            reason="paper_missing",
        )
        if consent.withdrawn_at is None:
            tell_person(
                actor=SYSTEM,
                person_id=consent.person_id,
                kind=NoticeKind.CONSENT_LAPSED,
                organisation_id=consent.organisation_id,
                facts={"service": queries.name_services(consent.services, consent.language)},
            )
    return lapsed
