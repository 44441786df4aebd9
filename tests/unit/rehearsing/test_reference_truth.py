"""What the reference says of roles, amounts and times is what the application does and reads."""

from __future__ import annotations

import pytest

from assistedaccess.access import Permission, Role
from assistedaccess.access.policy import ROLE_PERMISSIONS
from assistedaccess.rehearsing.acts import ACTS
from assistedaccess.rehearsing.evidence import EVIDENCE
from assistedaccess.rehearsing.kinds import read_span, spell_span
from assistedaccess.rehearsing.reference import write_act
from assistedaccess.rehearsing.reference_terms import write_languages

HELPER = {"helper"}
NEEDED = {
    "ask_about_look": Permission.FINDING_WRITE,
    "change_consent_policy": Permission.POLICY_CHANGE,
    "change_settings": Permission.POLICY_CHANGE,
    "change_term": Permission.MEMBERSHIP_CHANGE,
    "check_till": Permission.TILL_COUNT,
    "count_till": Permission.TILL_COUNT,
    "decide_flag": Permission.FINDING_WRITE,
    "disable_account": Permission.MEMBERSHIP_CHANGE,
    "end_membership": Permission.MEMBERSHIP_CHANGE,
    "end_role": Permission.MEMBERSHIP_CHANGE,
    "grant_role": Permission.ROLE_GRANT,
    "hand_over": Permission.SITE_WORK,
    "hold_private_moment": Permission.PERSON_CHANGE,
    "open_finding": Permission.FINDING_WRITE,
    "protect_person": Permission.PERSON_PROTECT,
    "record_check": Permission.MEMBERSHIP_CHANGE,
    "record_training": Permission.MEMBERSHIP_CHANGE,
    "register_establishment": Permission.ORGANISATION_CHANGE,
    "resume_member": Permission.MEMBERSHIP_CHANGE,
    "stop_notices": Permission.PERSON_CHANGE,
    "suspend_member": Permission.MEMBERSHIP_CHANGE,
    "tie_to_person": Permission.MEMBERSHIP_CHANGE,
    "undo_merge": Permission.MERGE_UNDO,
}
"""What the command behind an act requires, wherever the act names a role or once named one."""


@pytest.mark.parametrize("name", NEEDED)
def test_an_act_names_the_roles_that_may_do_it(name: str) -> None:
    may = {role.value for role in Role if NEEDED[name] in ROLE_PERMISSIONS[role]}
    assert (set(ACTS[name].roles) or HELPER) == may


def test_every_act_in_another_role_is_looked_at() -> None:
    named = {name for name, act in ACTS.items() if set(act.roles) - HELPER}
    assert named <= set(NEEDED)


def test_the_languages_in_which_a_yes_is_read_are_those_that_are_approved() -> None:
    written = write_languages()
    assert "- words of `representing`: `en`" in written
    assert "`pl` Polish" in written
    relations = EVIDENCE.fields["interpreter_relation"].choices
    assert {"professional", "colleague", "family"} <= set(relations)
    assert "pl" in EVIDENCE.fields["interpreter_language"].choices


def test_amounts_and_times_are_written_as_they_are_read() -> None:
    assert "- `amount` (£40): an amount such as £493" in write_act(ACTS["give_emergency_help"])
    assert "- `takes` (10 minutes): a length of time" in write_act(ACTS["apply"])
    for length in ("2 days 3 hours", "1 minute 1 second", "0 seconds"):
        assert spell_span(read_span(length)) == length
