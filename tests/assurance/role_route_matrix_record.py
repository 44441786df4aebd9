"""What the person's own pages ask for: part of role_route_matrix."""

from __future__ import annotations

PUBLIC = "public"

OF_RECORD: dict[str, str] = {
    "my_record.answer_asked": PUBLIC,
    "my_record.answer_objection": "objection:answer",
    "my_record.ask_for_letter": PUBLIC,
    "my_record.check_proof": PUBLIC,
    "my_record.check_receipt": PUBLIC,
    "my_record.choose_reading": "my_record:print",
    "my_record.download_consent": "my_record:print",
    "my_record.download_reading": "my_record:print",
    "my_record.find_told": "my_record:print",
    "my_record.hear_text": PUBLIC,
    "my_record.leave_online": PUBLIC,
    "my_record.list_objections": "objection:answer",
    "my_record.object_online": PUBLIC,
    "my_record.open_link": PUBLIC,
    "my_record.prove_online": PUBLIC,
    "my_record.raise_objection": "delegation:end",
    "my_record.say_no": PUBLIC,
    "my_record.send_link": "delegation:grant",
    "my_record.show_no_heard": PUBLIC,
    "my_record.show_online": PUBLIC,
    "my_record.show_reading": "my_record:print",
    "my_record.start_online": PUBLIC,
    "my_record.stop_online": PUBLIC,
    "people.give_card": "person:change",
    "people.print_card": "person:change",
    "people.put_card_away": "person:change",
    "people.show_card": "person:view",
    "people.stop_card": "delegation:end",
    "people.add_contact_point": "contact:change",
    "people.change_address": "contact:change",
    "people.change_contact_point": "contact:change",
    "people.end_contact_point": "contact:change",
    "people.set_safe_contact": "person:change",
    "people.show_contact": "contact:change",
}
