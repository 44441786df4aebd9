"""The terms that a person is asked to agree to: read from a page or a row, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.rules import (
    MONEY_POWERS,
    KindLimits,
    MembershipKind,
    limits_for,
)
from assistedaccess.organisations.service import Holder, find_own_kind, get_holder, require_may_act

from . import queries, rules_terms
from .models import Consent, ConsentRequest
from .rules import HolderKind, Period, Power
from .rules_terms import Terms


def kind_of(actor: Actor) -> MembershipKind:
    """What kind of helper this is; one statement in each unit of work. Raises NotFound."""
    kept: dict[UUID | None, str] = get_session().info.setdefault("consent.kinds", {})
    if actor.membership_id not in kept:
        kind = find_own_kind(actor) or get_session().scalar(
            select(Membership.kind).where(Membership.id == actor.membership_id)
        )
        if kind is None:
            raise NotFound
        kept[actor.membership_id] = kind
    return MembershipKind(kept[actor.membership_id])


def limits_of(actor: Actor) -> KindLimits:
    """What this helper's kind may be given at most."""
    return limits_of_kind(kind_of(actor))


def limits_of_kind(kind: MembershipKind) -> KindLimits:
    """What a kind may be given at most: by the law and this project, and by the policy of today."""
    limits = limits_for(kind)
    return replace(limits, powers=limits.powers & queries.get_policy().holders[kind])


def holder_of(actor: Actor, terms: Terms) -> UUID:
    """The id of who is to act: an account, by default this one, or this one's organisation."""
    if terms.holder_kind is HolderKind.ACCOUNT:
        held_by = terms.holder_account_id or actor.account_id
    else:
        held_by = actor.organisation_id
    if held_by is None:
        raise NotFound
    return held_by


def find_other_holder(actor: Actor, terms: Terms) -> Holder | None:
    """Who is to act where it is not the helper who asks: a member here who may act today.

    Raises InvalidInput at the field, or a refusal of organisations.rules.
    """
    if terms.holder_account_id in (None, actor.account_id):
        return None
    if terms.holder_kind is not HolderKind.ACCOUNT:
        raise InvalidInput("holder", _("Select one: a helper, or the organisation"))
    assert terms.holder_account_id is not None  # noqa: S101
    return get_holder(terms.holder_account_id, actor.organisation_id, terms.powers)


def check_asked(actor: Actor, terms: Terms) -> None:
    """Raise what is wrong with what a person is to be asked: terms, limits, training, checks."""
    require_may_act(actor)
    other = find_other_holder(actor, terms)
    if other is None:
        for power in sorted(MONEY_POWERS.intersection(terms.powers)):
            require_may_act(actor, power)
    if not set(terms.services) <= set(queries.list_all_services()):
        raise InvalidInput("services", _("Select services from the list"))
    if terms.holder_kind is HolderKind.ORGANISATION and kind_of(actor) is MembershipKind.FAMILY:
        # Family help a relative; they do not take on work for the body that sponsors them.
        raise InvalidInput("holder", _("Select yourself: you cannot ask for the organisation"))
    limits = limits_of_kind(other.kind) if other is not None else limits_of(actor)
    rules_terms.check_terms(terms, queries.get_policy(), limits, clock.today())


def make_terms(
    *,
    holder_kind: str,
    services: Sequence[str],
    powers: Sequence[str],
    until_on: date,
    purpose: str,
    money_limit_pence: int | None,
    money_period: str | None,
    act_limit_pence: int | None,
    is_one_task: bool = False,
    telling: str = "",
    replaces_id: UUID | None = None,
    holder_account_id: UUID | None = None,
) -> Terms:
    """The terms in what a page or a row holds. Raises InvalidInput for words that mean nothing."""
    try:
        return Terms(
            holder_kind=HolderKind(holder_kind),
            services=tuple(sorted(set(services))),
            powers=tuple(power for power in Power if power in {Power(word) for word in powers}),
            until_on=until_on,
            purpose=purpose,
            money_limit_pence=money_limit_pence,
            money_period=Period(money_period) if money_period else None,
            act_limit_pence=act_limit_pence,
            is_one_task=is_one_task,
            telling=telling,
            replaces_id=replaces_id,
            holder_account_id=holder_account_id,
        )
    except ValueError as error:
        raise InvalidInput("powers", _("Select from the answers on this page")) from error


def terms_of(row: ConsentRequest | Consent) -> Terms:
    """The terms of a request or a consent, in clear."""
    return make_terms(
        holder_kind=row.holder_kind,
        services=row.services,
        powers=row.powers,
        until_on=row.until_on,
        purpose=encryption.unseal(row.person_id, f"{row.__tablename__}.purpose", row.purpose),
        money_limit_pence=row.money_limit_pence,
        money_period=row.money_period,
        act_limit_pence=row.act_limit_pence,
        is_one_task=row.is_one_task,
        telling=(
            encryption.unseal(row.person_id, f"{row.__tablename__}.telling", row.telling)
            if row.telling
            else ""
        ),
        replaces_id=row.replaces_id,
        holder_account_id=row.holder_account_id,
    )
