"""The closed vocabulary of what may be done, and of the roles that may do it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account is at an organisation. One hat at a time: the actor carries one role."""

    HELPER = "helper"
    REVIEWER = "reviewer"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """``resource:action``."""

    ACCOUNT_OWN = "account:own"  # one's own sign-in: password, factors, sessions
    ACCOUNT_INVITE = "account:invite"
    ACCOUNT_VOUCH = "account:vouch"
    ORGANISATION_VIEW = "organisation:view"
    ORGANISATION_CREATE = "organisation:create"
    ORGANISATION_CHANGE = "organisation:change"
    MEMBERSHIP_VIEW = "membership:view"
    MEMBERSHIP_CHANGE = "membership:change"
    ROLE_GRANT = "role:grant"
    APPROVAL_OWN = "approval:own"  # what one asked for oneself and waits for a second human
    APPROVAL_VIEW = "approval:view"  # what waits in one's organisation, without the person
    APPROVAL_DECIDE = "approval:decide"
    PERSON_FIND = "person:find"
    PERSON_REGISTER = "person:register"
    PERSON_VIEW = "person:view"
    PERSON_CHANGE = "person:change"
    CONTACT_CHANGE = "contact:change"  # how somebody is reached, and where they live
    PERSON_PROTECT = "person:protect"  # whose record shows nothing in lists
    PERSON_MERGE = "person:merge"  # say that two records are of one human
    MERGE_UNDO = "merge:undo"  # say that they are of two after all
    CASE_VIEW = "case:view"
    CASE_OPEN = "case:open"
    CASE_CHANGE = "case:change"
    SITE_WORK = "site:work"  # sessions, appointments, hand-overs, referrals: a desk's, no family's
    CASE_REASSIGN = "case:reassign"  # somebody's open cases, to a colleague: a manager's
    CONCERN_RAISE = "concern:raise"
    CONCERN_VIEW = "concern:view"
    COMPLAINT_TAKE = "complaint:take"  # write down what somebody says; say how far it is
    COMPLAINT_ANSWER = "complaint:answer"
    SERVICE_VIEW = "service:view"
    SERVICE_PUBLISH = "service:publish"
    CONSENT_RECORD = "consent:record"
    POLICY_CHANGE = "policy:change"  # which power needs which strength: takes two humans
    DELEGATION_VIEW = "delegation:view"
    DELEGATION_GRANT = "delegation:grant"
    DELEGATION_END = "delegation:end"
    YES_TAKE_BACK = "yes:take_back"  # one yes, or what rests on it, at the person's word
    DELEGATION_EXPIRE = "delegation:expire"  # when its day is over: the system's alone
    APPLICATION_VIEW = "application:view"
    APPLICATION_FILL_IN = "application:fill_in"
    APPLICATION_SUBMIT = "application:submit"
    PAYMENT_TAKE = "payment:take"
    HELP_GIVE = "emergency_help:give"
    TILL_COUNT = "till:count"
    RECORD_OF_HELP_MAKE = "record_of_help:make"
    INSTALLATION_VIEW = "installation:view"  # whether it works; nothing of anybody
    NOTICE_VIEW = "notice:view"
    NOTICE_PRINT = "notice:print"
    TODAY_VIEW = "today:view"
    QUEUE_CLEAR = "queue:clear"  # when the day is over: the system's alone
    TEAM_VIEW = "team:view"  # how one's team stands: counts, and helpers' names
    TEAM_SUPERVISE = "team:supervise"  # a sample of cases, never of one's own work
    PLACE_KEEP = "place:keep"  # the directory of places outside that people are referred to
    AGREEMENT_KEEP = "agreement:keep"  # on sharing data with another organisation
    REPORT_VIEW = "report:view"  # what was done, in numbers that point at nobody
    MY_RECORD_PRINT = "my_record:print"
    PACK_GIVE = "pack:give"  # to the person: all that is held about them
    DATA_REQUEST_RECORD = "data_request:record"  # what a person asks about their data
    DATA_REQUEST_ANSWER = "data_request:answer"
    RETENTION_RUN = "retention:run"  # when its time is over: the system's alone
    OBJECTION_ANSWER = "objection:answer"
    JOURNAL_VIEW = "journal:view"
    JOURNAL_EXPORT = "journal:export"
    FINDING_WRITE = "finding:write"
    FINDING_ANSWER = "finding:answer"  # for one's organisation, what auditors ask of it
