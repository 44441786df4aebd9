"""The person's word, mark or key press before a witness (C04)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.organisations.models import Membership, Organisation

from ..pictures import decode_upload, draw_strokes, read_picture
from ..rules_signatures import read_strokes
from ..rules_strength import Evidence, OwnPart
from ..rules_terms import WitnessNotIndependent
from .base import Asking, Attachment, Confirmed, NotConfirmed, Way
from .bystanders import Bystander, read_bystander, read_lives

SIGNS = ("word", "mark", "key")
PART = "witness_part"


class WitnessWay(Way):
    """The person says yes in their own way, and somebody who is not the helper hears or sees it.

    Given: witness_name, witness_role (who they are), witness_family (of the person: yes or no),
    witness_lives (elsewhere, with_person, with_helper or not_known), witness_paid (yes or no),
    witness_where (room, or pool: by telephone), sign (word, mark or key); witness_part, what the
    witness leaves of their own: account (witness_email: they are asked in their own sign-in),
    drawn (strokes), picture (of their signature on paper) or nothing.

    Until somebody with an account has said that it was so, the yes is worth what it is worth
    without them (rules_words). What a witness without one signs is bound to these very words, as
    the person's own signature is.

    Raises WitnessNotIndependent for one who lives with the person, the helper or whoever is to act.
    Family who live elsewhere may hear it; what they heard waits for a moment alone
    (delegation.rules_grant.CLOSE).
    """

    key = "witness"

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        if not given.get("witness_role"):
            raise InvalidInput("witness_role", _("Enter who the witness is"))
        sign = given.get("sign", "word")
        if sign not in SIGNS:
            raise InvalidInput("sign", _("Select how the person said yes"))
        same_address = read_lives(given, "witness")
        if same_address:
            raise WitnessNotIndependent(
                "witness_lives",
                _(
                    "Nobody who lives with the person, with you or with who is to act can be the "
                    "witness. Ask a second member of staff, or ring somebody of the shared pool"
                ),
            )
        family = given.get("witness_family", "")
        if family not in ("no", "yes"):
            raise InvalidInput("witness_family", _("Select whether the witness is family"))
        witness = read_bystander(asking, given, "witness")
        part = given.get(PART) or ("account" if witness.email else "nothing")
        where = given.get("witness_where", "room")
        if where == "pool":
            self._check_pool(asking, witness)
        elif where != "room":
            raise InvalidInput("witness_where", _("Select where the witness is"))
        is_asked = part == "account" or where == "pool"
        if is_asked and not witness.email:
            raise InvalidInput(PART, _("Enter the address with which they sign in here"))
        kept = {
            "witness_name": witness.name,
            "witness_role": given["witness_role"],
            "witness_family": family,
            "witness_lives": given["witness_lives"],
            # An address that stands in a field which nobody sees any more asks nobody.
            "witness_email": witness.email if is_asked else "",
            "witness_where": where,
            "sign": sign,
        }
        picture = None if is_asked else _read_signature(part, given)
        own = OwnPart.ASKED if is_asked else OwnPart.NOTHING
        if picture is not None:
            kept |= {"witness_part": part, "bound_to": asking.request.terms_hash}
            own = OwnPart.SIGNED
        return Confirmed(
            self.weigh(kept, own),
            kept,
            witness_human_id=witness.human_id,
            attachment=picture,
            promised=self.weigh(kept, OwnPart.CONFIRMED) if own is OwnPart.ASKED else None,
        )

    def weigh(self, kept: Mapping[str, str], part: OwnPart) -> Evidence:
        lives = kept["witness_lives"]
        return Evidence(
            way=self.key,
            witness_at_same_address={"elsewhere": False, "not_known": None}.get(lives, True),
            witness_is_family=kept["witness_family"] == "yes",
            own_part=part,
        )

    def _check_pool(self, asking: Asking, witness: Bystander) -> None:
        """By telephone only somebody of the shared pool: a voice alone could be anybody's."""
        in_pool = (
            select(Membership.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Membership.human_id == witness.human_id,
                Membership.ended_at.is_(None),
                Organisation.is_pool,
                Organisation.id != asking.actor.organisation_id,
            )
            .limit(1)
        )
        if witness.human_id is None or get_session().scalar(in_pool) is None:
            raise InvalidInput(
                "witness_email",
                _("By telephone, the witness must be from the shared pool. Enter their address"),
            )


def _read_signature(part: str, given: Mapping[str, str]) -> Attachment | None:
    """The hand of a witness who has no account; None where they leave nothing."""
    if part == "drawn":
        words = _("Ask the witness to sign in the box")
        picture = draw_strokes(read_strokes(given.get("strokes", ""), PART, words))
    elif part == "picture":
        picture = read_picture(decode_upload(given.get("picture", ""), "picture"), "picture")
    elif part in ("account", "nothing"):
        return None
    else:
        raise InvalidInput(PART, _("Select what the witness leaves of their own"))
    # Who hears many people signs for many: no traces, by which one hand is found again.
    return Attachment(
        "signature",
        picture.content,
        picture.media_type,
        picture.likeness,
        quarters=picture.quarters,
        field=PART if part == "drawn" else "picture",
    )
