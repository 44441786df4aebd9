"""Why a look at a person is explained by what they let somebody do: for the explain port."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, not_, or_

from assistedaccess.audit.explain import BY_THIS_ACCOUNT, Reasons, reasons
from assistedaccess.consent.rules import HolderKind
from assistedaccess.kernel.actor import Actor
from assistedaccess.people.queries import IS_WATCHED

from .models import Delegation
from .queries import IS_LIVE


def explain_by_delegation(actor: Actor) -> Reasons:
    """Answers the explain port: this helper, or their organisation, may act for the person now.

    A frozen delegation explains nothing: the person has put a stop on it. What was given to an
    organisation was given to those who work there, not to the families that it sponsors. Of
    somebody whom many would like to look at, it explains to who wrote it down.
    """
    return _OWN_DELEGATION if actor.is_family else _LIVE_DELEGATION


IS_HELD = and_(
    Delegation.person_id == bindparam("person_id"),
    Delegation.organisation_id == bindparam("organisation_id"),
    or_(
        Delegation.holder_kind == HolderKind.ORGANISATION,
        Delegation.holder_account_id == BY_THIS_ACCOUNT,
    ),
    IS_LIVE,
)
"""A live delegation to this helper or their organisation; of an explainer's parameters."""
_LIVE_DELEGATION = (
    reasons("delegation", "delegation", Delegation.id)
    .where(
        IS_HELD,
        or_(
            not_(IS_WATCHED),
            Delegation.holder_account_id == BY_THIS_ACCOUNT,
            Delegation.granted_by == BY_THIS_ACCOUNT,
        ),
    )
    .order_by(Delegation.id.desc())
)
_OWN_DELEGATION = _LIVE_DELEGATION.where(Delegation.holder_kind == HolderKind.ACCOUNT)
