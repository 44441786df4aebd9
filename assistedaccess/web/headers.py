"""The security headers of every response: pages, errors, downloads and static files alike."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

# Two years, as the preload list asks; browsers heed it over https alone.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"

# same-origin, not no-referrer: Flask-WTF compares the referrer of each POST over https with the
# host, as a second guard beside the token. Nothing of an address ever reaches another site.
REFERRER_POLICY = "same-origin"

# What no page uses is shut; passkeys are made and asked for by pages of this site alone.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
)
for _feature in ("publickey-credentials-create", "publickey-credentials-get"):
    PERMISSIONS_POLICY += f", {_feature}=(self)"

_NEEDS_CHARSET = {
    "application/javascript",
    "application/json",
    "application/xml",
    "image/svg+xml",
}


def csp_nonce() -> str:
    """The nonce of this response: scripts without it do not run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    nonce: str = g.csp_nonce
    return nonce


def content_security_policy(nonce: str) -> str:
    """Nothing from outside, nothing inline but what carries the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


def add_headers(response: Response) -> Response:
    """Set the headers. A view may have set a stricter policy or caching of its own."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy(csp_nonce()))
    headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
    headers["Referrer-Policy"] = REFERRER_POLICY
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.endpoint != "static":
        # Also what is shown to nobody in particular: shared computers keep nothing.
        headers["Cache-Control"] = "no-store"
    content_type = response.content_type or ""
    if response.mimetype in _NEEDS_CHARSET and "charset" not in content_type:
        headers["Content-Type"] = f"{response.mimetype}; charset=utf-8"
    return response


def register(app: Flask) -> None:
    """Add the headers to every response of ``app``."""
    app.after_request(add_headers)
