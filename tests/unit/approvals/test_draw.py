"""The draw, and who is in it."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.approvals import rules
from assistedaccess.approvals.rules import Candidate, draw

few_ids = st.integers(1, 6).map(lambda n: UUID(int=n))
candidates = st.lists(
    st.builds(
        Candidate,
        account_id=st.uuids(),
        human_id=few_ids,
        organisation_id=few_ids,
        role=st.sampled_from(["reviewer", "administrator"]),
    )
)


@given(candidates, st.sets(few_ids), st.data())
def test_never_an_excluded_human_and_always_somebody_else(
    candidates: list[Candidate], excluded: set[UUID], data: st.DataObject
) -> None:
    chosen = draw(
        candidates,
        excluded_humans=excluded,
        pick=lambda count: data.draw(st.integers(0, count - 1)),
    )
    left = [candidate for candidate in candidates if candidate.human_id not in excluded]
    if chosen is None:
        assert not left
    else:
        assert chosen in left


@given(candidates)
def test_each_human_has_the_same_chance_however_many_accounts(
    candidates: list[Candidate],
) -> None:
    humans = {candidate.human_id for candidate in candidates}
    chances: Counter[UUID] = Counter()
    for number in range(len(humans)):
        numbers = iter([number, 0])
        chosen = draw(
            candidates, excluded_humans=(), pick=lambda _count, given=numbers: next(given)
        )
        assert chosen is not None
        chances[chosen.human_id] += 1
    assert set(chances) == humans
    assert all(count == 1 for count in chances.values())


@given(st.text(max_size=30))
def test_reviewers_always_and_administrators_only_for_setting_up(command: str) -> None:
    roles = rules.roles_that_decide(command)
    assert "reviewer" in roles
    setting_up = command in ("organisations.grant_role", "organisations.change_organisation")
    assert ("administrator" in roles) == setting_up
    assert rules.review_hours(command) > 0
