"""Pictures of the evidence in the database: sealed, and no two that show the same."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id

from .models import Consent
from .models_evidence import ConsentPicture, SignatureTrace
from .ways.base import Attachment

CONTENT = "consent_picture.content"


class PictureSeenBefore(InvalidInput):
    """The same picture, or the very strokes, have confirmed something already."""


def keep_picture(actor: Actor, consent: Consent, picture: Attachment, *, field: str) -> UUID:
    """Keep a picture as evidence of a consent; returns its id.

    Raises PictureSeenBefore at ``field`` where the same, or a quarter of it, was kept before, for
    whomever: nobody signs twice in every point alike, so one of the two is a copy.
    """
    session = get_session()
    quarters = {encryption.fingerprint("signature_trace", part) for part in picture.quarters}
    upsert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    picture_id = new_id()
    kept = session.scalar(
        upsert(ConsentPicture)
        .values(
            id=picture_id,
            consent_id=consent.id,
            person_id=consent.person_id,
            kind=picture.kind,
            media_type=picture.media_type,
            content=encryption.seal(consent.person_id, CONTENT, picture.content),
            likeness=encryption.fingerprint("consent_picture", picture.likeness),
            terms_hash=consent.terms_hash,
            language=consent.language,
            added_at=clock.now(),
            added_by_account_id=actor.account_id,
        )
        .on_conflict_do_nothing(index_elements=[ConsentPicture.likeness])
        .returning(ConsentPicture.id)
    )
    if kept is None:
        raise PictureSeenBefore(
            field, _("This very picture was used before. It has to be signed anew")
        )
    if quarters and session.scalar(
        select(SignatureTrace.picture_id).where(SignatureTrace.fingerprint.in_(quarters)).limit(1)
    ):
        raise PictureSeenBefore(
            field,
            _("A part of this is the very same as in another signature. Sign anew, from the start"),
        )
    prints = quarters | {
        encryption.fingerprint("signature_trace", trace) for trace in picture.traces
    }
    if prints:
        rows = [{"picture_id": picture_id, "fingerprint": each} for each in sorted(prints)]
        session.execute(insert(SignatureTrace), rows)
    record(
        Action.CONSENT_PICTURE_KEPT,
        actor=actor,
        person_id=consent.person_id,
        subject=("consent", consent.id),
        reason=picture.kind,
        details={"picture": str(picture_id)},
    )
    return picture_id


def list_pictures(consent_id: UUID) -> list[tuple[UUID, str]]:
    """Id and kind of the pictures of a consent, in their order."""
    rows = get_session().execute(
        select(ConsentPicture.id, ConsentPicture.kind)
        .where(ConsentPicture.consent_id == consent_id)
        .order_by(ConsentPicture.id)
    )
    return [(row.id, row.kind) for row in rows]
