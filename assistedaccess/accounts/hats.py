"""The port by which ``organisations`` tells which roles an account may put on, and who is where.

A hat is one role at one organisation (at one site, where it has several). The actor of a request is
built from the sign-in, which remembers the hat that was chosen, and from the hats that are live at
that moment: one that has ended is gone with the next request, in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.actor import Actor, ActorKind

ROLE_NAMES: dict[str, object] = {
    "helper": _l("Helper"),
    "reviewer": _l("Reviewer"),
    "safeguarding_lead": _l("Safeguarding lead"),
    "manager": _l("Manager"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}
"""The words for a role, for pages."""


@dataclass(frozen=True)
class Hat:
    """A role that an account may put on now. No site: for the organisation at large."""

    role_grant_id: UUID
    membership_id: UUID
    organisation_id: UUID
    organisation_name: str
    role: str
    site_id: UUID | None = None
    site_name: str = ""
    is_family: bool = False

    @property
    def key(self) -> str:
        """What a choice between hats sends."""
        return f"{self.role_grant_id}:{self.site_id or ''}"


def wear(
    hat: Hat | None,
    account_id: UUID | None,
    human_id: UUID | None,
    *,
    sign_in_id: UUID | None = None,
    request_id: str | None = None,
) -> Actor:
    """The account as it acts in that role; in none yet, where it has put on no hat."""
    return Actor(
        ActorKind.ACCOUNT,
        account_id=account_id,
        human_id=human_id,
        role=hat.role if hat else None,
        organisation_id=hat.organisation_id if hat else None,
        membership_id=hat.membership_id if hat else None,
        site_id=hat.site_id if hat else None,
        sign_in_id=sign_in_id,
        request_id=request_id,
        is_family=hat.is_family if hat else False,
    )


HatSource = Callable[[UUID], Sequence[Hat]]
MemberSource = Callable[[UUID], Sequence[UUID]]

_hat_source: HatSource | None = None
_member_source: MemberSource | None = None


def register_hat_source(source: HatSource) -> None:
    """Register who knows the live hats of an account id, in one statement."""
    global _hat_source
    _hat_source = source


def register_member_source(source: MemberSource) -> None:
    """Register who knows the account ids of an organisation's live members, in one statement.

    A manager sees, and vouches for, these alone when somebody cannot sign in.
    """
    global _member_source
    _member_source = source


def list_hats(account_id: UUID) -> list[Hat]:
    """The hats that this account may put on now."""
    return list(_hat_source(account_id)) if _hat_source is not None else []


def list_members(organisation_id: UUID) -> list[UUID]:
    """The accounts that belong to this organisation now."""
    return list(_member_source(organisation_id)) if _member_source is not None else []


def find_hat(hats: Sequence[Hat], role_grant_id: UUID | None, site_id: UUID | None) -> Hat | None:
    """The hat that was chosen, where it is live; the same role without its site is another hat."""
    for hat in hats:
        if hat.role_grant_id == role_grant_id and hat.site_id == site_id:
            return hat
    return None
