"""Which page is next, which answers count, and what is kept aside."""

from __future__ import annotations

from typing import Any

from assistedaccess.services.journey import (
    TaskState,
    find_fees,
    find_journey,
    list_tasks,
    next_path,
)
from tests.unit.services.forms import NOW, component, condition, items, page, parse

FORK = parse(
    page("/start", controller="./pages/start.js", to="/fork"),
    page("/fork", component("YesNoField", "car"), to=[("/plate", "has-car"), "/bus"]),
    page("/plate", component("TextField", "plate"), to="/end"),
    page("/bus", component("TextField", "bus"), to="/end"),
    page("/end", component("TextField", "end"), to="/summary"),
    conditions=[condition("has-car", ("car", "YesNoField", "is", "true"))],
)


def paths(answers: dict[str, Any]) -> list[str]:
    return [p.path for p in find_journey(FORK, answers, NOW).pages]


def test_the_way_goes_as_far_as_the_answers() -> None:
    assert paths({}) == ["/start", "/fork"]
    assert paths({"car": "yes"}) == ["/start", "/fork", "/plate"]
    journey = find_journey(FORK, {"car": "no", "bus": "7", "end": "x"}, NOW)
    assert [p.path for p in journey.pages] == ["/start", "/fork", "/bus", "/end", "/summary"]
    assert journey.is_complete
    assert journey.end is FORK.pages["/summary"]


def test_an_answer_on_a_branch_not_taken_is_kept_aside_and_comes_back() -> None:
    answers = {"car": "yes", "plate": "AB12", "end": "x"}
    changed = find_journey(FORK, answers | {"car": "no"}, NOW)
    assert changed.incomplete is FORK.pages["/bus"]
    assert changed.kept_aside == {"plate": "AB12", "end": "x"}
    assert changed.answers == {"car": "no"}
    again = find_journey(FORK, answers | {"bus": "7"}, NOW)
    assert again.answers == answers
    assert again.kept_aside == {"bus": "7"}


def test_a_condition_never_sees_an_answer_that_is_kept_aside() -> None:
    definition = parse(
        page("/a", component("YesNoField", "a"), to=[("/b", "a-yes"), "/c"]),
        page("/b", component("TextField", "b"), to="/c"),
        page("/c", component("TextField", "c"), to=[("/d", "b-x"), "/summary"]),
        page("/d", component("TextField", "d"), to="/summary"),
        conditions=[
            condition("a-yes", ("a", "YesNoField", "is", "true")),
            condition("b-x", ("b", "TextField", "is", "x")),
        ],
    )
    answers = {"a": "no", "b": "x", "c": "1"}
    assert [p.path for p in find_journey(definition, answers, NOW).pages] == [
        "/a",
        "/c",
        "/summary",
    ]


def test_next_and_previous_page() -> None:
    answers = {"car": "yes", "plate": "AB12"}
    assert next_path(FORK, FORK.pages["/fork"], answers, NOW) == "/plate"
    journey = find_journey(FORK, answers, NOW)
    assert journey.path_before(FORK.pages["/plate"]) == "/fork"
    assert journey.path_before(FORK.pages["/start"]) is None
    assert journey.path_before(FORK.pages["/bus"]) is None


def test_the_first_way_whose_condition_holds_wins_and_a_default_may_stand_first() -> None:
    definition = parse(
        page("/a", component("NumberField", "n"), to=["/rest", ("/big", "big"), ("/huge", "huge")]),
        page("/rest"),
        page("/big"),
        page("/huge"),
        conditions=[
            condition("big", ("n", "NumberField", "is more than", "10")),
            condition("huge", ("n", "NumberField", "is more than", "100")),
        ],
    )
    assert next_path(definition, definition.pages["/a"], {"n": "5"}, NOW) == "/rest"
    assert next_path(definition, definition.pages["/a"], {"n": "500"}, NOW) == "/big"


def test_answers_that_lead_back_are_to_be_changed_and_do_not_hang() -> None:
    definition = parse(
        page("/a", component("TextField", "a"), to="/b"),
        page("/b", component("YesNoField", "more"), to=[("/a", "more"), "/summary"]),
        conditions=[condition("more", ("more", "YesNoField", "is", "true"))],
    )
    journey = find_journey(definition, {"a": "1", "more": "yes"}, NOW)
    assert journey.looped
    assert journey.incomplete is definition.pages["/b"]
    assert find_journey(definition, {"a": "1", "more": "no"}, NOW).is_complete


def test_answers_that_lead_nowhere_are_said_to() -> None:
    definition = parse(
        page("/a", component("TextField", "a"), to=[("/summary", "x")]),
        conditions=[condition("x", ("a", "TextField", "is", "x"))],
    )
    assert find_journey(definition, {"a": "y"}, NOW).stuck
    assert find_journey(definition, {"a": "x"}, NOW).is_complete


def test_an_exit_page_ends_the_form() -> None:
    definition = parse(
        page("/a", component("YesNoField", "a"), to=[("/no", "no"), "/summary"]),
        page("/no", component("Para", "p", content="You cannot apply")),
        conditions=[condition("no", ("a", "YesNoField", "is", "false"))],
    )
    assert find_journey(definition, {"a": "no"}, NOW).end is definition.pages["/no"]


def test_a_question_left_empty_is_answered_only_where_that_is_allowed() -> None:
    definition = parse(
        page("/a", component("TextField", "a", options={"required": False}), to="/b"),
        page("/b", component("TextField", "b"), to="/summary"),
    )
    assert find_journey(definition, {}, NOW).incomplete is definition.pages["/a"]
    assert find_journey(definition, {"a": None}, NOW).incomplete is definition.pages["/b"]
    assert (
        find_journey(definition, {"a": None, "b": None}, NOW).incomplete is (definition.pages["/b"])
    )


def test_a_question_behind_a_choice_is_asked_when_it_is_chosen() -> None:
    listed = items("phone", "post")
    listed["items"][0]["conditional"] = {"components": [component("TextField", "number")]}
    definition = parse(
        page("/a", component("RadiosField", "how", list="list"), to="/summary"), lists=[listed]
    )
    assert find_journey(definition, {"how": "post"}, NOW).is_complete
    assert not find_journey(definition, {"how": "phone"}, NOW).is_complete
    journey = find_journey(definition, {"how": "post", "number": "1"}, NOW)
    assert journey.kept_aside == {"number": "1"}


def test_the_task_list_says_how_far_each_section_is() -> None:
    definition = parse(
        page("/a", component("TextField", "a"), to="/b", section="one"),
        page("/b", component("YesNoField", "b"), to=[("/c", "b"), "/d"], section="one"),
        page("/c", component("TextField", "c"), to="/d", section="two"),
        page("/d", component("TextField", "d"), to="/summary", section="three"),
        sections=[{"name": n, "title": n} for n in ("one", "two", "three")],
        conditions=[condition("b", ("b", "YesNoField", "is", "true"))],
    )

    def states(answers: dict[str, Any]) -> dict[str, TaskState]:
        journey = find_journey(definition, answers, NOW)
        return {task.name: task.state for task in list_tasks(definition, answers, journey)}

    cannot = TaskState.CANNOT_START
    assert states({}) == {"one": TaskState.NOT_STARTED, "two": cannot, "three": cannot}
    assert states({"a": "x"})["one"] is TaskState.IN_PROGRESS
    assert states({"a": "x", "b": "yes"})["two"] is TaskState.NOT_STARTED
    done = states({"a": "x", "b": "no", "d": "x"})
    assert done == {"one": TaskState.DONE, "three": TaskState.DONE}


def test_fees_are_due_by_their_condition_and_multiplied() -> None:
    definition = parse(
        page("/a", component("NumberField", "copies"), to="/summary"),
        fees=[
            {"description": "Copy", "amount": 250, "multiplier": "copies"},
            {"description": "Post", "amount": 100, "condition": "many"},
        ],
        conditions=[condition("many", ("copies", "NumberField", "is more than", "2"))],
    )
    assert find_fees(definition, {"copies": "2"}, NOW) == (("Copy", 500),)
    assert find_fees(definition, {"copies": "3"}, NOW) == (("Copy", 750), ("Post", 100))
