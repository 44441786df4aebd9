"""Conditions written as text, as older definitions have them: ``age >= 18 and not (n == 'W')``.

A small expression language, parsed into the tree of conditions.py and never run as code::

    or     := and ("or" and)*
    and    := not ("and" not)*
    not    := ("not" | "!") not | test
    test   := "(" or ")" | term [("==" | "!=" | ">=" | "<=" | ">" | "<" | "in") term]
    term   := name | number | text | "length(" name ")" | "dateForComparison(" number "," text ")"

Raises BadCondition where the text is malformed, UnsupportedCondition where it uses something else
of the builder's language (arithmetic, other functions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistedaccess.services.conditions import (
    MAX_DEPTH,
    BadCondition,
    Comparison,
    Constant,
    Negation,
    Node,
    Reference,
    UnsupportedCondition,
    either,
    every,
)
from assistedaccess.services.relative_time import RelativeTime, is_time_unit

_LONGEST = 5_000
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?\d+(?:\.\d+)?)
      | '(?P<single>(?:[^'\\]|\\.)*)' | "(?P<double>(?:[^"\\]|\\.)*)"
      | (?P<name>[A-Za-z_$][\w$-]*(?:\.[\w$-]+)*)
      | (?P<symbol>==|!=|>=|<=|&&|\|\||[<>!(),])
    )""",
    re.VERBOSE,
)
_COMPARISONS = {"==", "!=", ">=", "<=", ">", "<", "in"}
_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "==", "!=": "!="}
_LENGTHS = {">": "is longer than", "<": "is shorter than", "==": "has length"}
_MOMENTS = {"dateForComparison": False, "timeForComparison": True}


@dataclass(frozen=True)
class _Token:
    kind: str  # number, text, name or symbol
    words: str


@dataclass(frozen=True)
class _Term:
    kind: str  # field, value, length or moment
    words: str = ""
    moment: RelativeTime | None = None


def read_expression(text: str) -> Node:
    """The tree of the expression ``text``."""
    if len(text) > _LONGEST:
        raise BadCondition("it is too long")
    parser = _Parser(_split(text))
    node = parser.read_or(0)
    if parser.next is not None:
        raise BadCondition(f"“{parser.next.words}” was not expected")
    return node


def _split(text: str) -> list[_Token]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            character = text[place:].lstrip()[:1]
            if character in "+-*/%^?:[]":
                raise UnsupportedCondition(f"“{character}” is not known in conditions")
            raise BadCondition(f"“{character}” was not expected")
        place = match.end()
        kind = str(match.lastgroup)
        words = match[kind]
        if kind in ("single", "double"):
            tokens.append(_Token("text", re.sub(r"\\(.)", r"\1", words)))
        elif kind == "symbol" and words in ("&&", "||"):
            tokens.append(_Token("name", "and" if words == "&&" else "or"))
        else:
            tokens.append(_Token(kind, words))
    return tokens


class _Parser:
    """Reads tokens from left to right; ``next`` is the one to be read."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, *words: str) -> bool:
        token = self.next
        if token is None or token.kind == "text" or token.words not in words:
            return False
        self._place += 1
        return True

    def _need(self, words: str) -> None:
        if not self._take(words):
            raise BadCondition(f"“{words}” is missing")

    def _step(self) -> _Token:
        token = self.next
        if token is None:
            raise BadCondition("it ends too early")
        self._place += 1
        return token

    def read_or(self, depth: int) -> Node:
        nodes = [self._read_and(depth)]
        while self._take("or"):
            nodes.append(self._read_and(depth))
        return either(nodes)

    def _read_and(self, depth: int) -> Node:
        nodes = [self._read_not(depth)]
        while self._take("and"):
            nodes.append(self._read_not(depth))
        return every(nodes)

    def _read_not(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise BadCondition("it is nested too deeply")
        if self._take("not", "!"):
            return Negation(self._read_not(depth + 1))
        if self._take("("):
            node = self.read_or(depth + 1)
            self._need(")")
            return node
        return self._read_test()

    def _read_test(self) -> Node:
        left = self._read_term()
        token = self.next
        if token is None or token.kind == "text" or token.words not in _COMPARISONS:
            if left.kind == "field":
                return Reference(left.words)  # a field or a condition: settled when all are known
            if left.words in ("true", "false") and left.kind == "value":
                return Constant(left.words == "true")
            raise BadCondition(f"“{left.words}” is compared with nothing")
        self._place += 1
        return _compare(left, token.words, self._read_term())

    def _read_term(self) -> _Term:
        token = self._step()
        if token.kind in ("number", "text"):
            return _Term("value", token.words)
        if token.kind == "symbol" or token.words in ("and", "or", "not", "in"):
            raise BadCondition(f"“{token.words}” was not expected")
        if not self._take("("):
            kind = "value" if token.words in ("true", "false") else "field"
            return _Term(kind, token.words)
        return self._read_call(token.words)

    def _read_call(self, function: str) -> _Term:
        if function == "length":
            field = self._step()
            self._need(")")
            if field.kind != "name":
                raise BadCondition("length() names no field")
            return _Term("length", field.words)
        if function not in _MOMENTS:
            raise UnsupportedCondition(f"the function “{function}” is not known in conditions")
        period = self._step()
        self._need(",")
        unit = self._step()
        self._need(")")
        if period.kind != "number" or "." in period.words or not is_time_unit(unit.words):
            raise BadCondition(f"{function}() cannot be read")
        moment = RelativeTime(int(period.words[:9]), unit.words, _MOMENTS[function])
        return _Term("moment", function, moment)


def _compare(left: _Term, operator: str, right: _Term) -> Node:
    if operator == "in":
        if left.kind == "value" and right.kind == "field":
            return Comparison(right.words, "contains", left.words, "CheckboxesField")
        raise BadCondition("“in” needs a text before it and a field after it")
    if left.kind in ("value", "moment") and right.kind in ("field", "length"):
        left, right, operator = right, left, _MIRRORED[operator]
    if left.kind == "length":
        return _compare_length(left.words, operator, right)
    if left.kind != "field" or right.kind not in ("value", "moment"):
        raise UnsupportedCondition("a comparison of two fields, or of none, is not known")
    if right.moment is not None:
        return Comparison(left.words, _turn(operator, right.moment), right.moment)
    return Comparison(left.words, operator, right.words)


def _turn(operator: str, moment: RelativeTime) -> str:
    """The operator as conditions.py words it: in the past, "at least" is what ``<=`` says."""
    return _MIRRORED[operator] if moment.in_past else operator


def _compare_length(field: str, operator: str, size: _Term) -> Node:
    if size.kind != "value" or not size.words.isdecimal():
        raise BadCondition("length() is compared with no number")
    if operator == "!=":
        return Negation(Comparison(field, "has length", size.words))
    if operator in _LENGTHS:
        return Comparison(field, _LENGTHS[operator], size.words)
    # ">= n" is "longer than n - 1", and "<= n" the other way round.
    step = -1 if operator == ">=" else 1
    return Comparison(field, _LENGTHS[operator[0]], str(int(size.words) + step))
