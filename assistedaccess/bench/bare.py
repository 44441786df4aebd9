"""The bare page that every other is measured against: one audited read, one template, no more.

A Flask application of its own in the same process, with none of our hooks: it reads a person and
records the look as every page does, and renders as many bytes as it is asked for.
"""

from __future__ import annotations

from itertools import cycle
from uuid import UUID

from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people.models import Person

PATH = "/bench-bare"
PEOPLE = 200
PAGE = """<!doctype html>
<html lang="en"><head><title>{{ person.reference }}</title></head>
<body><h1>{{ person.name }}</h1>
<table>
{% for line in lines %}<tr class="line"><td>{{ loop.index }}</td><td>{{ line }}</td></tr>
{% endfor %}</table></body></html>
"""
FRAME = 160
"""About how many bytes the page has without its lines."""
LINE = "On this line of the bare page stands as much text as on those of ours"


def make_bare() -> Flask:
    """The bare application; ``?size=`` says how many bytes its page is to have, about."""
    bare = Flask("assistedaccess-bench-bare")
    bare.jinja_loader = DictLoader({"bare.html": PAGE})
    template_bytes = len('<tr class="line"><td>100</td><td></td></tr>\n') + len(LINE)
    people: list[UUID] = []
    turns = cycle(range(PEOPLE))

    @bare.get(PATH)
    def show() -> str:
        if not people:
            with reading() as session:
                people.extend(session.scalars(select(Person.id).limit(PEOPLE)))
        person_id = people[next(turns) % len(people)]
        person = run_transaction(lambda: _look(person_id))
        lines = max(0, request.args.get("size", 0, type=int) - FRAME) // template_bytes
        return render_template("bare.html", person=person, lines=[LINE] * lines)

    return bare


def _look(person_id: UUID) -> object:
    person = (
        get_session()
        .execute(select(Person.name, Person.reference).where(Person.id == person_id))
        .one()
    )
    record(Action.PERSON_OPENED, actor=SYSTEM, person_id=person_id, reason="stated.bench")
    return person
