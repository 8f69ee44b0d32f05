"""How large a picture may be that is sent in a request (R41)."""

MOST_PICTURE_BYTES = 20_000_000
"""As base64 it takes a third more; the tested hosts refuse a request of more than 32 MB (docs/deployment.md)."""
