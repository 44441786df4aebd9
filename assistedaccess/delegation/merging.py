"""What delegations say to a merge of two records: while something is stopped, none."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from assistedaccess.kernel import clock
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.people.rules_merging import MERGE

from .models import Delegation


def refuse_while_stopped(act: Act) -> Iterable[Finding]:
    """The control: a stop of the person on either record, whichever organisation is stopped, is
    lifted by the person first.

    Else whoever was stopped on the one would be asked for anew on the other, and the person would
    have to find out where their stop stands (design, section 4, rule 6).
    """
    if act.name != MERGE:
        return
    found = exists().where(
        Delegation.person_id.in_([act.person_id, act.facts["kept"]]),
        Delegation.ended_at.is_(None),
        Delegation.frozen_at.is_not(None),
        or_(Delegation.frozen_until.is_(None), Delegation.frozen_until > clock.now()),
    )
    if get_session().scalar(select(found)):
        yield Finding(
            Verdict.REFUSE,
            "stop_stands",
            _("The person has put a stop on something under one of the two records."),
            next_step=_("Ask the person. When they have lifted it, ask again."),
        )
