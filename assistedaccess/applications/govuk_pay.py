"""The REST client of GOV.UK Pay, for public bodies. No card's number comes near it.

Source: docs.payments.service.gov.uk (API reference: create, get, search, cancel; refunds).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from assistedaccess.notices.senders import DeliveryFailed
from assistedaccess.notices.senders_http import call_provider

from .paying import NewPayment, ProviderPayment
from .refunding import ProviderRefund
from .rules_links import Said

SECONDS = 8


class GovUkPay:
    """GOV.UK Pay by its public API; ``key`` chooses the account that the money goes to."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key

    def create(self, new: NewPayment) -> ProviderPayment:
        """Ask for a payment. The same key again gives the same payment, or 409 (P0191)."""
        answer = self._call(
            "POST",
            "/v1/payments",
            {
                "amount": new.amount_pence,
                "reference": new.reference,
                "description": new.description,
                "return_url": new.return_url,
                "language": "cy" if new.language == "cy" else "en",
            },
            key=new.key,
        )
        return _read_payment(answer)

    def get(self, provider_id: str) -> ProviderPayment:
        """Where a payment stands; strongly consistent."""
        return _read_payment(self._call("GET", f"/v1/payments/{quote(provider_id, safe='')}"))

    def find(self, reference: str) -> ProviderPayment | None:
        """The newest payment of ours with that reference; eventually consistent."""
        query = urlencode({"reference": reference})
        results = self._call("GET", f"/v1/payments?{query}").get("results")
        if not isinstance(results, list):
            raise DeliveryFailed("unreadable")
        # The search also finds references that only begin so.
        same = [one for one in results if isinstance(one, dict) and one["reference"] == reference]
        return _read_payment(same[0]) if same else None

    def cancel(self, provider_id: str) -> None:
        """Stop a payment that is not finished. Raises DeliveryFailed where it cannot be stopped."""
        self._call("POST", f"/v1/payments/{quote(provider_id, safe='')}/cancel", {})

    def refund(self, payment_id: str, amount_pence: int, expected_pence: int) -> ProviderRefund:
        """Send part of a payment back. 412 (P0604) where not just ``expected_pence`` is left."""
        body = {"amount": amount_pence, "refund_amount_available": expected_pence}
        path = f"/v1/payments/{quote(payment_id, safe='')}/refunds"
        return _read_refund(self._call("POST", path, body))

    def get_refund(self, payment_id: str, refund_id: str) -> ProviderRefund:
        """How far a refund is."""
        path = f"/v1/payments/{quote(payment_id, safe='')}/refunds/{quote(refund_id, safe='')}"
        return _read_refund(self._call("GET", path))

    def list_refunds(self, payment_id: str) -> list[ProviderRefund]:
        """All refunds of a payment."""
        answer = self._call("GET", f"/v1/payments/{quote(payment_id, safe='')}/refunds")
        found = (answer.get("_embedded") or {}).get("refunds")
        return [_read_refund(each) for each in found] if isinstance(found, list) else []

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        key: str = "",
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        if key:
            headers["Idempotency-Key"] = key
        return call_provider(method, self.url + path, body=body, headers=headers, seconds=SECONDS)


def _read_payment(answer: dict[str, Any]) -> ProviderPayment:
    """Raises DeliveryFailed for an answer that is none of the documented ones."""
    try:
        state = answer["state"]
        links = answer.get("_links") or {}
        return ProviderPayment(
            id=str(answer["payment_id"])[:60],
            reference=str(answer["reference"]),
            amount_pence=int(answer["amount"]),
            said=Said(state["status"]),
            code=str(state.get("code") or "")[:10],
            next_url=str((links.get("next_url") or {}).get("href") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DeliveryFailed("unreadable") from error


def _read_refund(answer: dict[str, Any]) -> ProviderRefund:
    """Raises DeliveryFailed for an answer that is none of the documented ones."""
    try:
        status = str(answer["status"])
        if status not in ("submitted", "success", "error"):
            raise ValueError(status)
        return ProviderRefund(str(answer["refund_id"])[:60], int(answer["amount"]), status)
    except (KeyError, TypeError, ValueError) as error:
        raise DeliveryFailed("unreadable") from error
