"""No phone, no ID: somebody who recognises the person, a second member of staff, or both (C05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput

from ..models import ConsentRequest
from ..models_evidence import ConsentSighting
from ..rules_strength import Evidence, OwnPart
from ..rules_terms import WitnessNotIndependent
from .base import Asking, Confirmed, NotConfirmed, Way, needs_presence
from .bystanders import read_bystander, read_lives

KNOWN_FROM = ("work", "life")
RELATIONS = ("nurse_or_carer", "caseworker", "other_work", "neighbour", "friend", "other_life")
TOO_NEAR = ("family", "partner")


@dataclass(frozen=True)
class Sighting:
    """A second member of staff has seen the person say yes, by their own sign-in."""

    human_id: UUID
    name: str
    seen_at: datetime


class VoucherWay(Way):
    """Somebody knows the person from work or life; a colleague has seen them: one, or both.

    Given: who (voucher, second or both), voucher_name, voucher_relation, voucher_how (how they
    know the person), voucher_lives, voucher_paid, voucher_email.
    """

    key = "voucher"

    def find_obstacle(self, asking: Asking) -> str:
        return needs_presence(asking)

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        who = given.get("who", "")
        obstacle = self.find_obstacle(asking)
        if obstacle:
            raise InvalidInput("who", obstacle)
        if who not in ("voucher", "second", "both"):
            raise InvalidInput("who", _("Select who knows the person"))
        kept: dict[str, str] = {}
        human_id = None
        seen = find_sighting(asking.request) if who != "voucher" else None
        if who != "voucher":
            if seen is None:
                raise InvalidInput(
                    "who", _("No colleague has confirmed yet that they have seen the person")
                )
            kept["seen_by"] = seen.name
            human_id = seen.human_id
        if who != "second":
            voucher_human, vouched = self._read_voucher(asking, given)
            if seen is not None and voucher_human == seen.human_id:
                raise WitnessNotIndependent(
                    "voucher_email",
                    _("These must be two different people, and neither of them you"),
                )
            kept |= vouched
            human_id = voucher_human or human_id
        is_asked = bool(kept.get("voucher_email"))
        return Confirmed(
            self.weigh(kept, OwnPart.ASKED if is_asked else OwnPart.NOTHING),
            kept,
            witness_human_id=human_id,
            promised=self.weigh(kept, OwnPart.CONFIRMED) if is_asked else None,
        )

    def weigh(self, kept: Mapping[str, str], part: OwnPart) -> Evidence:
        lives = kept.get("voucher_lives", "elsewhere")
        return Evidence(
            way=self.key,
            is_vouched="voucher_name" in kept,
            is_seen="seen_by" in kept,
            witness_at_same_address={"elsewhere": False, "not_known": None}.get(lives, True),
            own_part=part,
        )

    def _read_voucher(
        self, asking: Asking, given: Mapping[str, str]
    ) -> tuple[UUID | None, dict[str, str]]:
        relation = given.get("voucher_relation", "")
        if relation in TOO_NEAR:
            raise WitnessNotIndependent(
                "voucher_relation", _("Family and partners cannot vouch. Ask somebody else")
            )
        if relation not in RELATIONS:
            raise InvalidInput("voucher_relation", _("Select how they know the person"))
        how = given.get("voucher_how", "")
        if not how:
            raise InvalidInput("voucher_how", _("Enter since when, and from where"))
        if read_lives(given, "voucher"):
            raise WitnessNotIndependent(
                "voucher_lives", _("Somebody who lives with the person or with you cannot vouch")
            )
        voucher = read_bystander(asking, given, "voucher")
        return (
            voucher.human_id,
            {
                "voucher_name": voucher.name,
                "voucher_relation": relation,
                "voucher_how": how,
                "voucher_lives": given["voucher_lives"],
                "voucher_email": voucher.email,
            },
        )


def find_sighting(request: ConsentRequest) -> Sighting | None:
    """Who has seen the person say yes to these very words."""
    row = (
        get_session()
        .execute(
            select(ConsentSighting, Account.name)
            .join(Account, Account.id == ConsentSighting.account_id)
            .where(
                ConsentSighting.request_id == request.id,
                ConsentSighting.terms_hash == request.terms_hash,
                ConsentSighting.human_id != _human_of(request.account_id),
                *(
                    [ConsentSighting.human_id != _human_of(request.holder_account_id)]
                    if request.holder_account_id
                    else []
                ),
            )
            .order_by(ConsentSighting.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if row is None:
        return None
    return Sighting(row.ConsentSighting.human_id, row.name, row.ConsentSighting.seen_at)


def _human_of(account_id: UUID) -> object:
    return select(Account.human_id).where(Account.id == account_id).scalar_subquery()
