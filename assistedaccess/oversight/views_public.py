"""The blueprint of the pages that anybody may open."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("tips", __name__)
