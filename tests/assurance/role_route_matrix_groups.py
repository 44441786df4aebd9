"""What the pages of group sessions and their registers ask for (see role_route_matrix)."""

from __future__ import annotations

OF_GROUPS: dict[str, str] = {
    "casework.add_walk_in": "site:work",
    "casework.cancel_group_session": "site:work",
    "casework.change_group_session": "site:work",
    "casework.choose_group_session": "site:work",
    "casework.close_register": "site:work",
    "casework.correct_register_entry": "site:work",
    "casework.give_left_session": "case:reassign",
    "casework.list_group_sessions": "today:view",
    "casework.plan_group_session": "site:work",
    "casework.print_register": "today:view",
    "casework.put_on_register": "site:work",
    "casework.settle_register_entry": "site:work",
    "casework.view_group_session": "today:view",
}
