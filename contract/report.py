"""Says what was found: line by line, what people will not see, which settings it takes, and whether the page works."""

from __future__ import annotations

from collections.abc import Iterator

from contract.findings import Finding, Findings, Verdict

# What the page and its documentation call the servers that turn the token into a header.
TRANSLATING = "deploy/nginx.conf, deploy/Caddyfile and `make run BACKEND=…`"
NO_TIME_TO_RENEW_S = 60.0


def works(found: Findings) -> bool:
    """Whether the page could work with this backend at all."""
    return all(finding.usable for finding in found.all() if finding.line.required)


def lines(found: Findings, lifetime_s: float | None) -> Iterator[str]:
    """The whole report, a line at a time."""
    findings = found.all()
    width = max(len(finding.line.name) for finding in findings)
    for finding in findings:
        yield f"{finding.line.name:{width}}  {finding.verdict:9}  {finding.says}".rstrip()
    yield ""
    hidden = [finding for finding in findings if _hides(finding, found)]
    yield "What people will not see:" if hidden else "People will see everything."
    yield from (f"  {finding.line.hides}  ({finding.line.name})" for finding in hidden)
    yield ""
    yield "Settings in [podi] of pyscript.toml:"
    yield from (f"  {setting}" for setting in settings(found, lifetime_s))
    yield ""
    missing = [finding for finding in findings if finding.line.required and not finding.usable]
    # What was not asked for, because nobody got in, is not what is wrong.
    named = [finding.line.name for finding in missing if finding.verdict is not Verdict.NOT_ASKED]
    yield f"The page could not work: {', '.join(named)}" if missing else "The page works with this backend."


def settings(found: Findings, lifetime_s: float | None) -> Iterator[str]:
    """The settings that this backend takes, each with its reason."""
    if not works(found):
        yield "none would help"
        return
    opens = {name: found.usable(f"socket.{name}") for name in ("header", "subprotocol", "query", "anonymous")}
    if not any(opens.values()):
        yield "disable_ws = true  # the socket opens in no way; everything is polled"
    elif opens["subprotocol"]:
        yield 'ws_auth = "subprotocol"'
    else:
        if opens["header"]:
            yield f'ws_auth = "subprotocol"  # behind {TRANSLATING}'
        if opens["query"] and not opens["anonymous"]:
            yield 'ws_auth = "query"  # behind any other proxy; the token gets into its log'
        elif opens["anonymous"]:
            yield 'ws_auth = "none"  # behind any other proxy; let only your own page reach the socket'
    if lifetime_s is not None and lifetime_s <= NO_TIME_TO_RENEW_S:
        yield f"refresh_before_expiry_s = {lifetime_s / 4:.0f}  # a token is good for {lifetime_s:.0f} s only"


def _hides(finding: Finding, found: Findings) -> bool:
    """Whether something is missing on the page because of this line."""
    match finding.line.name:
        case "socket.query" | "socket.anonymous" | "socket.subprotocol":
            # One way in is enough, and these are the worse ones.
            return False
        case "socket.header":
            return not any(found.usable(f"socket.{way}") for way in ("header", "subprotocol", "query", "anonymous"))
        case name if name.startswith("push."):
            return finding.verdict is Verdict.LACKS
        case "socket.refusal":
            return finding.verdict is Verdict.DIFFERS
        case _:
            return not finding.usable
