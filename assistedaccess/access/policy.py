"""Which role may do which kind of thing. Whether for this person, now, is delegation's question."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.errors import NotFound, Refused

from .permissions import Permission as P
from .permissions import Role

_EVERY_ROLE = frozenset(
    {
        P.ACCOUNT_OWN,
        P.APPROVAL_OWN,
        P.ORGANISATION_VIEW,
        P.SERVICE_VIEW,
        P.CONCERN_RAISE,
        P.COMPLAINT_TAKE,
    }
)

# What anybody at a desk can do at a person's word: find them, end, freeze, print (design, section
# 4, rules 6 and 12).
_AT_A_PERSONS_WORD = frozenset(
    {
        P.PERSON_FIND,
        P.PERSON_VIEW,
        P.DELEGATION_VIEW,
        P.DELEGATION_END,
        P.YES_TAKE_BACK,
        P.MY_RECORD_PRINT,
        P.PACK_GIVE,
        P.DATA_REQUEST_RECORD,
    }
)

# What a helper of the family does too: for whoever lets them, and for nobody else (ADR 0048).
_HELPING_OWN_PEOPLE = frozenset(
    {
        P.PERSON_FIND,
        P.PERSON_VIEW,
        P.CONTACT_CHANGE,
        P.CASE_VIEW,
        P.CASE_OPEN,
        P.CASE_CHANGE,
        P.CONSENT_RECORD,
        P.YES_TAKE_BACK,
        P.DELEGATION_VIEW,
        P.DELEGATION_GRANT,
        P.APPLICATION_VIEW,
        P.APPLICATION_FILL_IN,
        P.APPLICATION_SUBMIT,
        P.PAYMENT_TAKE,
        P.RECORD_OF_HELP_MAKE,
    }
)
FAMILY_PERMISSIONS = _EVERY_ROLE | _HELPING_OWN_PEOPLE

_HELPING = (
    _AT_A_PERSONS_WORD
    | _HELPING_OWN_PEOPLE
    | {
        P.PERSON_REGISTER,
        P.PERSON_CHANGE,
        P.PERSON_MERGE,
        P.MERGE_UNDO,
        P.SITE_WORK,
        P.HELP_GIVE,
        P.TILL_COUNT,
        P.NOTICE_VIEW,
        P.TODAY_VIEW,
    }
)

ROLE_PERMISSIONS: dict[str, frozenset[P]] = {
    Role.HELPER: _EVERY_ROLE | _HELPING,
    Role.REVIEWER: _EVERY_ROLE | {P.APPROVAL_DECIDE, P.OBJECTION_ANSWER},
    Role.SAFEGUARDING_LEAD: _EVERY_ROLE
    | _AT_A_PERSONS_WORD
    | {
        P.PERSON_PROTECT,
        P.MERGE_UNDO,
        P.CASE_VIEW,
        P.CONCERN_VIEW,
        P.APPROVAL_DECIDE,
        P.NOTICE_VIEW,
        P.TODAY_VIEW,
    },
    Role.MANAGER: _EVERY_ROLE
    | {
        P.ACCOUNT_INVITE,
        P.ACCOUNT_VOUCH,
        P.ORGANISATION_CHANGE,
        P.MEMBERSHIP_VIEW,
        P.MEMBERSHIP_CHANGE,
        P.ROLE_GRANT,
        P.APPROVAL_VIEW,
        P.NOTICE_VIEW,
        P.NOTICE_PRINT,
        P.TILL_COUNT,
        P.FINDING_ANSWER,
        P.COMPLAINT_ANSWER,
        P.TEAM_VIEW,
        P.CASE_REASSIGN,
        P.TEAM_SUPERVISE,
        P.REPORT_VIEW,
        P.AGREEMENT_KEEP,
        P.PLACE_KEEP,
        P.DATA_REQUEST_ANSWER,
    },
    Role.AUDITOR: _EVERY_ROLE
    | {
        P.JOURNAL_VIEW,
        P.JOURNAL_EXPORT,
        P.FINDING_WRITE,
        P.OBJECTION_ANSWER,
        P.COMPLAINT_ANSWER,
    },
    Role.ADMINISTRATOR: _EVERY_ROLE
    | {
        P.ACCOUNT_INVITE,
        P.ACCOUNT_VOUCH,
        P.INSTALLATION_VIEW,
        P.ORGANISATION_CREATE,
        P.ORGANISATION_CHANGE,
        P.MEMBERSHIP_VIEW,
        P.MEMBERSHIP_CHANGE,
        P.ROLE_GRANT,
        P.SERVICE_PUBLISH,
        P.POLICY_CHANGE,
        P.APPROVAL_VIEW,
        P.APPROVAL_DECIDE,
    },
}

# The system sets up an installation and does what time asks for; it never acts for a person.
SYSTEM_PERMISSIONS = frozenset(
    {
        P.ACCOUNT_INVITE,
        P.ORGANISATION_CREATE,
        P.ORGANISATION_CHANGE,
        P.MEMBERSHIP_CHANGE,
        P.ROLE_GRANT,
        P.SERVICE_PUBLISH,
        P.QUEUE_CLEAR,
        P.DELEGATION_EXPIRE,
        P.PACK_GIVE,
        P.RETENTION_RUN,
    }
)


# The person themself, online, for their own record alone (require_own): see, end, stop.
PERSON_PERMISSIONS = frozenset({P.MY_RECORD_PRINT, P.DELEGATION_END, P.YES_TAKE_BACK})


class PermissionMissing(Refused):
    """This role may not do this kind of thing."""

    reason_code = "permission_missing"


def is_allowed(actor: Actor, permission: P) -> bool:
    """Whether the actor's present role may do this kind of thing at all."""
    if actor.kind is ActorKind.SYSTEM:
        return permission in SYSTEM_PERMISSIONS
    if actor.kind is ActorKind.PERSON:
        return actor.person_id is not None and permission in PERSON_PERMISSIONS
    if actor.kind is not ActorKind.ACCOUNT or actor.role is None:
        return False
    if actor.is_family:
        return actor.role == Role.HELPER and permission in FAMILY_PERMISSIONS
    return permission in ROLE_PERMISSIONS.get(actor.role, frozenset())


def require(actor: Actor, permission: P) -> None:
    """The second step of every command. Raises PermissionMissing."""
    if not is_allowed(actor, permission):
        raise PermissionMissing(
            "Your role cannot do this.",
            next_step="Ask a colleague whose role allows it, or choose another of your roles.",
        )


def require_person(actor: Actor) -> UUID:
    """Whose own act this is: for commands that the person gives themself. Raises NotFound."""
    if actor.kind is not ActorKind.PERSON or actor.person_id is None:
        raise NotFound
    return actor.person_id


def require_own(actor: Actor, person_id: UUID) -> None:
    """Let the person themself reach nobody's record but their own. Raises NotFound."""
    if actor.kind is ActorKind.PERSON and actor.person_id != person_id:
        raise NotFound
