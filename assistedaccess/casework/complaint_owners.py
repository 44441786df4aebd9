"""Who owns a complaint: drawn by the system, never a human whom it is about."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.access import Role
from assistedaccess.accounts.mails import tell
from assistedaccess.accounts.models import Account
from assistedaccess.approvals.rules import Candidate, draw
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import AccountMail
from assistedaccess.organisations.models import AuditRemit, Membership
from assistedaccess.organisations.queries import RoleHolder, list_role_holders
from assistedaccess.people.reviewing import list_close

from . import rules_complaints
from .models_complaints import Complaint, ComplaintBar


def list_barred(complaint_id: UUID) -> set[UUID]:
    """The humans who are kept away from this complaint."""
    found = select(ComplaintBar.human_id).where(ComplaintBar.complaint_id == complaint_id)
    return set(get_session().scalars(found))


def bar(row: Complaint, human_ids: set[UUID], named_by: UUID | None) -> None:
    """Keep these humans away from a complaint, from now on."""
    for human_id in sorted(human_ids - list_barred(row.id)):
        get_session().add(
            ComplaintBar(
                complaint_id=row.id, human_id=human_id, named_by=named_by, named_at=clock.now()
            )
        )
    get_session().flush()


def bar_whoever_is_close(row: Complaint, who: str) -> None:
    """Bar whoever the words may mean, and whom the record that it tells of is, or is close to."""
    # An auditor of any place may be drawn, and reads what was said of no known place. A helper of
    # the place reads none, but may ask how far one is, and may have typed the person's number.
    auditors = {holder.account_id for holder in list_role_holders([Role.AUDITOR])}
    here = select(Membership.account_id).where(Membership.organisation_id == row.organisation_id)
    found = get_session().execute(
        select(Account.human_id, Account.name).where(
            or_(Account.id.in_(auditors), Account.id.in_(here))
        )
    )
    meant = {human_id for human_id, name in found if who and rules_complaints.may_mean(who, name)}
    bar(row, meant | list_close(row.person_id), None)


def draw_owner(row: Complaint, actor: Actor) -> None:
    """Give a complaint to a manager of the place whom it is not about; where there is none, to an
    auditor of it; where there is none either, to an auditor of any other place.

    Whoever took it down is drawn only where nobody else is left, and whoever gave its first answer
    never is. Nobody left: it stands without an owner until somebody who may takes it.
    """
    never = list_barred(row.id)
    if row.answered_by_human is not None:
        never.add(row.answered_by_human)
    else_than_taker = never | ({row.taken_by_human} if row.taken_by_human else set())
    anywhere = list_role_holders([Role.AUDITOR])
    elsewhere = [one for one in anywhere if one.organisation_id != row.organisation_id]
    candidates = [_managers(row), _auditors(row), elsewhere]
    tries = [(holders, else_than_taker) for holders in candidates]
    tries += [(holders, never) for holders in candidates]
    chosen = next(filter(None, (_draw(*each) for each in tries)), None)
    row.owner_account_id = chosen.account_id if chosen else None
    row.owner_human_id = chosen.human_id if chosen else None
    get_session().flush()
    record(
        Action.COMPLAINT_OWNER_DRAWN,
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        subject=("complaint", row.id),
        reason="drawn" if chosen else "nobody_left",
        details={"owner": str(chosen.account_id)} if chosen else None,
    )
    account = get_session().get(Account, chosen.account_id) if chosen else None
    if account is not None:
        tell(actor, account, AccountMail.COMPLAINT_OWNED)


def _draw(holders: list[RoleHolder], never: set[UUID]) -> Candidate | None:
    return draw(
        (Candidate(one.account_id, one.human_id, one.organisation_id, one.role) for one in holders),
        excluded_humans=never,
        pick=secrets.randbelow,
    )


def _managers(row: Complaint) -> list[RoleHolder]:
    if row.organisation_id is None:
        return []
    return list_role_holders([Role.MANAGER], organisation_id=row.organisation_id)


def _auditors(row: Complaint) -> list[RoleHolder]:
    if row.organisation_id is None:
        return []
    auditing = set(
        get_session().scalars(
            select(AuditRemit.auditing_organisation_id).where(
                AuditRemit.audited_organisation_id == row.organisation_id,
                AuditRemit.ended_at.is_(None),
            )
        )
    )
    holders = list_role_holders([Role.AUDITOR]) if auditing else []
    return [holder for holder in holders if holder.organisation_id in auditing]
