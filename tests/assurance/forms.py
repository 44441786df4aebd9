"""Forms as a page shows them, filled in plausibly: what a probe starts from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlsplit

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TYPED = {"text", "tel", "email", "search", "number", "url", "textarea", "password"}

# By the end of a field's name, or by the whole of it.
PLAUSIBLE = {
    "postcode": "LS1 4AP",
    "nino": "CE 12 34 56 A",
    "national_insurance_number": "CE 12 34 56 A",
    "sort_code": "08-99-99",
    "account_number": "66374958",
    "phone": "07700 900321",
    "mobile": "07700 900321",
    "landline": "01632 960321",
    "contact_point": "07700 900322",
    "email": "somebody.else@example.org",
    "witness_email": "",
    "reference": "P-0000-0000",
    "person_reference": "",
    "auditing": "O-0000-0000",
    "monday": "9am to 5pm",
    "training_valid_months": "12",
    "check_valid_months": "12",
    "money_limit": "100",
    "act_limit": "50",
    "code": "123456",
    "new_password": "seventeen quiet lanterns",
    "certificate": "001234567890",
    "starts_on-day": "23",
    "starts_on-month": "11",
    "starts_on-year": "2026",
}
PAST = ("1", "6", "1950")
TODAY = ("23", "11", "2026")
FUTURE = ("1", "6", "2027")
PARTS = ("-day", "-month", "-year")
PAST_DATES = ("birth", "born", "first_contact", "from_on")
TODAY_DATES = ("completed_on", "checked_on", "starts_on")


@dataclass
class Form:
    """One form of a page: where it goes, and its fields with all that they may hold."""

    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)  # name, what stands in it
    choices: dict[str, list[str]] = field(default_factory=dict)  # radios and selects
    boxes: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    asked_with: dict[str, tuple[str, str]] = field(default_factory=dict)  # inside which choice

    @property
    def text_fields(self) -> list[str]:
        """The names of the fields that somebody types into, but those that only a choice asks for
        which ``filled`` does not make: they are passed over, whatever stands in them."""
        return [name for name, _value in self.typed if self._is_asked(name)]

    def choosing(self, chosen: dict[str, str]) -> Form:
        """The same form with other choices made, which may ask for other fields."""
        return replace(self, chosen=self.chosen | {name: [one] for name, one in chosen.items()})

    def _is_asked(self, name: str) -> bool:
        if name not in self.asked_with:
            return True
        choice, value = self.asked_with[name]
        return value in self._choose(choice) and self._is_asked(choice)

    def _choose(self, name: str) -> list[str]:
        """What is chosen there: what the page has chosen, else the first."""
        options = self.boxes.get(name) or [one for one in self.choices.get(name, []) if one]
        return self.chosen.get(name) or options[:1]

    def filled(self, **wanted: Any) -> dict[str, Any]:
        """What a browser sends after somebody filled in everything that was empty."""
        data: dict[str, Any] = dict(self.hidden)
        for name, value in self.typed:
            data[name] = value or plausible(name)
        data |= {name: self._choose(name) for name in (*self.choices, *self.boxes)}
        data |= dict(self.buttons[:1])
        return data | wanted


def plausible(name: str) -> str:
    """Something that a field of that name takes, if nobody looks closely."""
    for part, past, today, future in zip(PARTS, PAST, TODAY, FUTURE, strict=True):
        if name.endswith(part):
            if name in PLAUSIBLE:
                return PLAUSIBLE[name]
            if name.startswith(PAST_DATES):
                return past
            return today if name.startswith(TODAY_DATES) else future
    return PLAUSIBLE.get(name, "Ordinary words")


def read_forms(page: TestResponse) -> list[Form]:
    """The forms of a page that change something, but for the frame's own."""
    if page.mimetype != "text/html":  # a picture has none
        return []
    _before, _tag, main = page.get_data(as_text=True).partition("<main")
    if "<form" not in main:
        return []
    soup = BeautifulSoup(f"<main{main.partition('</main>')[0]}", "lxml")
    own = urlsplit(page.request.url).path
    query = page.request.query_string.decode()
    found = []
    for element in soup.select("main form"):
        if element.get("method", "").lower() == "post":
            action = element.get("action") or own + (f"?{query}" if query else "")
            found.append(_read(element, str(action)))
    return found


def _read(element: Tag, action: str) -> Form:
    form = Form(action)
    for asking in element.select("input[data-aria-controls]"):
        inside = element.find(id=asking["data-aria-controls"])
        for each in inside.select("[name]") if isinstance(inside, Tag) else ():
            form.asked_with[str(each["name"])] = (str(asking["name"]), str(asking["value"]))
    for each in element.select("input[name], select[name], textarea[name], button[name]"):
        name, kind = str(each["name"]), str(each.get("type", each.name))
        value = str(each.get("value", ""))
        if each.name == "select":
            form.choices[name] = [str(o.get("value", o.text)) for o in each.select("option")]
            form.chosen[name] = [
                str(o.get("value", "")) for o in each.select("option[selected]") if o.get("value")
            ]
        elif each.name == "textarea":
            form.typed.append((name, each.text.strip()))
        elif kind == "hidden":
            form.hidden.append((name, value))
        elif kind == "radio":
            form.choices.setdefault(name, []).append(value)
            if each.has_attr("checked"):
                form.chosen[name] = [value]
        elif kind == "checkbox":
            form.boxes.setdefault(name, []).append(value)
            if each.has_attr("checked"):
                form.chosen.setdefault(name, []).append(value)
        elif kind == "submit" or each.name == "button":
            form.buttons.append((name, value))
        else:
            form.typed.append((name, value))
    return form


def post(client: FlaskClient, path: str, data: dict[str, Any], **options: Any) -> TestResponse:
    """Send it as a browser would; half a character, too, which no browser can be kept from."""
    pairs = [
        (name, each)
        for name, value in data.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    body = "&".join(f"{_spell(name)}={_spell(value)}" for name, value in pairs)
    headers = {"Referer": f"http://localhost{path}", "Origin": "http://localhost"}
    return client.post(
        path,
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers=headers | options.pop("headers", {}),
        buffered=True,
        **options,
    )


def _spell(text: str) -> str:
    return quote_plus(str(text).encode("utf-8", "surrogatepass"))
