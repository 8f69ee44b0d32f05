"""The timeline by executor (R52): thin bars waited, thick bars ran; how a call ended is a pattern beside its colour.

The picture is for the eye; the same calls stand below it as a list, which a keyboard and a screen reader can follow.
"""

from collections.abc import Sequence

from app.core.status import Status
from app.core.timeline import Bar, Track
from app.views.admin.navigation import options_markup
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import one_line

RANGES_S = {"15m": 900, "1h": 3600, "6h": 21_600, "24h": 86_400}
"""The ranges on offer, in seconds."""
LANE = 14.0
_THICK = 10.0
_THIN = 3.0
_WIDTH = 1000.0
_NARROWEST = 2.0
LISTED = 100
# What a bar is filled with, and whether as a pattern.
_FILLS = {Status.SUCCEEDED: "succeeded", Status.FAILED: "failed", Status.RUNNING: "running"}


def timeline_markup(texts: Texts, chosen: str) -> str:
    """Return the panel; bars are in the region ``timeline``, the list in ``timeline-list``."""
    return f"""
  <section class="panel timeline" aria-labelledby="timeline-title" data-podi="timeline" data-slot="timeline-panel">
    <header class="panel__header calls__header">
      <h2 id="timeline-title">{texts.escaped("timeline.title")}</h2>
      <p class="muted num calls__sum" data-slot="timeline-reach"></p>
      <label class="choose"><span class="choose__name">{texts.escaped("timeline.range")}</span>
        <select class="input choose__list" name="range" data-action="choose-range"
          data-slot="choose-range">{timeline_options_markup(texts, chosen)}</select></label>
    </header>
    <div class="timeline__body">
      <p class="muted timeline__key">{texts.escaped("timeline.key")}</p>
      <svg class="timeline__patterns" width="0" height="0" aria-hidden="true">
        <pattern id="bar-failed" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground-failed"
          width="6" height="6"/><path class="mark" d="M0 6L6 0M-1 1L1 -1M5 7L7 5"/></pattern>
        <pattern id="bar-running" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground-running"
          width="6" height="6"/><circle class="dot" cx="3" cy="3" r="1.2"/></pattern>
        <pattern id="bar-succeeded" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground-succeeded"
          width="6" height="6"/></pattern>
        <pattern id="bar-other" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground-other"
          width="6" height="6"/><path class="mark" d="M3 0V6"/></pattern>
      </svg>
      <div data-slot="timeline"></div>
      <details class="disclosure"><summary>{icon("chevron")}{texts.escaped("timeline.list")}</summary>
        <ul class="timeline__list" data-slot="timeline-list"></ul></details>
    </div>
  </section>"""


def timeline_options_markup(texts: Texts, chosen: str) -> str:
    """Return the ranges on offer."""
    return options_markup({word: texts.say(f"timeline.{word}") for word in RANGES_S}, chosen)


def tracks_markup(texts: Texts, tracks: Sequence[Track], first: float, last: float) -> str:
    """Return a picture for each executor, with the times at their ends below."""
    if not tracks:
        return f'<p class="muted">{texts.escaped("timeline.empty")}</p>'
    rows = "".join(_track_markup(texts, track, last) for track in tracks)
    times = "".join(f"<span>{escape(texts.time_of_day(moment))}</span>" for moment in (first, (first + last) / 2, last))
    return f'{rows}<p class="timeline__times num" translate="no" aria-hidden="true">{times}</p>'


def _track_markup(texts: Texts, track: Track, now: float) -> str:
    height = track.lanes * LANE
    bars = "".join(_bar_markup(texts, bar, now) for bar in track.bars)
    name = escape(one_line(track.executor) or texts.say("timeline.none"))
    return (
        f'<div class="timeline__row"><span class="timeline__name" title="{name}">{name}</span>'
        f'<svg class="timeline__track" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" height="{height:.0f}" '
        f'preserveAspectRatio="none" aria-hidden="true">{bars}</svg></div>'
    )


def _bar_markup(texts: Texts, bar: Bar, now: float) -> str:
    middle = bar.lane * LANE + LANE / 2
    waits, runs, ends = (share * _WIDTH for share in (bar.waits_at, bar.runs_at, bar.ends_at))
    ends = min(_WIDTH, max(ends, runs + _NARROWEST))
    runs = min(runs, ends - _NARROWEST)
    thin = (
        f'<rect class="waited" x="{waits:.1f}" y="{middle - _THIN / 2:.1f}" width="{runs - waits:.1f}" '
        f'height="{_THIN:.1f}"/>'
        if runs - waits >= 1
        else ""
    )
    fill = _FILLS.get(bar.span.status, "other")
    return (
        f'<g class="bar" data-lane="{bar.lane}" data-key="{escape(bar.span.key)}"><title>'
        f"{escape(item_text(texts, bar, now))}</title>{thin}"
        f'<rect class="ran" fill="url(#bar-{fill})" x="{runs:.1f}" y="{middle - _THICK / 2:.1f}" '
        f'width="{ends - runs:.1f}" height="{_THICK:.1f}"/></g>'
    )


def item_text(texts: Texts, bar: Bar, now: float) -> str:
    """Return what a bar says in words at ``now`` (epoch seconds)."""
    span = bar.span
    running = span.ended is None
    # Nobody knows what the calls of others waited: nothing is said of it then.
    key = "timeline.item" if span.started > span.created else "timeline.item_unwaited"
    return texts.say(
        f"{key}_running" if running else key,
        name=span.name,
        status=texts.status(span.status),
        waited=texts.duration(span.started - span.created),
        ran=texts.duration((now if span.ended is None else span.ended) - span.started),
        time=texts.moment(float(int(span.created))),
    )


def list_markup(texts: Texts, tracks: Sequence[Track], now: float, address: str) -> str:
    """Return the calls of the picture as items, newest first; ``address`` and a call's id lead to its record."""
    bars = sorted((bar for track in tracks for bar in track.bars), key=lambda bar: -bar.span.created)
    items = "".join(
        f'<li><a href="{escape(address)}{escape(bar.span.key)}">{escape(item_text(texts, bar, now))}</a> '
        f'<span class="muted">{escape(one_line(bar.span.executor) or texts.say("timeline.none"))}</span></li>'
        for bar in bars[:LISTED]
    )
    more = len(bars) - LISTED
    return items + (f'<li class="muted">{texts.escaped("timeline.more", n=more)}</li>' if more > 0 else "")
