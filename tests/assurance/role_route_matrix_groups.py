"""What the pages of group sessions and their registers ask for (see role_route_matrix)."""

from __future__ import annotations

OF_GROUPS: dict[str, str] = {
    "casework.add_walk_in": "case:change",
    "casework.cancel_group_session": "case:change",
    "casework.change_group_session": "case:change",
    "casework.choose_group_session": "case:change",
    "casework.close_register": "case:change",
    "casework.correct_register_entry": "case:change",
    "casework.give_left_session": "case:reassign",
    "casework.list_group_sessions": "today:view",
    "casework.plan_group_session": "case:change",
    "casework.print_register": "case:view",
    "casework.put_on_register": "case:change",
    "casework.settle_register_entry": "case:change",
    "casework.view_group_session": "case:view",
}
