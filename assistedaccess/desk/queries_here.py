"""What belongs to one site of an organisation, or to all of it: alike for every list and count."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_


def belongs_here(table: Any) -> ColumnElement[bool]:
    """Of ``organisation_id``; where ``site_id`` is given, of that site or of none.

    What belongs to no site is everybody's: left out, it would be nobody's.
    """
    site = bindparam("site_id", type_=table.site_id.type)
    mine: ColumnElement[bool] = table.organisation_id == bindparam("organisation_id")
    return mine & or_(site.is_(None), table.site_id == site, table.site_id.is_(None))
