"""Metrics (R51): calls by status over time, durations, failure rates, costs and queue depth; each with its table."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from app.core.call_filter import SINCE_HOURS, CallFilter, call_query, choose
from app.core.log_metrics import CallGroup, Dot, Grouping, Part
from app.core.logs import LogCosts
from app.core.queues import QueueSummary
from app.ports import Values
from app.views.admin.charts import Point, Stack, line_markup, scatter_markup, stacks_markup
from app.views.admin.navigation import admin_navigation_markup, calls_address, options_markup
from app.views.markup import escape, icon
from app.views.placeholders import error_state
from app.views.texts import LEAST_MONEY_DIGITS, Texts, money_digits
from app.views.values import hidden_unless, one_line

PARTS = 48
SLOWEST = 10
MOST_GROUPS = 50
LEAST_PERCENT = 0.1


def metrics_markup(texts: Texts, since: str, grouping: Grouping, first: int = 0, last: int = PARTS) -> str:
    """Return the page. Choosing range and grouping is the action ``choose``, dragging the ends ``drag``.

    ``first`` and ``last`` are where the handles are, in parts of the range.
    """
    ranges, groups = choices_markup(texts, since, grouping)
    return f"""
<div class="page page--metrics" data-podi="metrics" data-slot="metrics" data-state="loading">
  {admin_navigation_markup(texts, "metrics")}
  <div class="metrics__head">
    <h1>{texts.escaped("admin.metrics")}</h1>
    <label class="choose"><span class="choose__name">{texts.escaped("metrics.range")}</span>
      <select class="input choose__list" name="since" data-action="choose" data-field="since"
        data-slot="choose-since">{ranges}</select></label>
    <label class="choose"><span class="choose__name">{texts.escaped("metrics.by")}</span>
      <select class="input choose__list" name="by" data-action="choose" data-field="by"
        data-slot="choose-by">{groups}</select></label>
  </div>
  <section class="panel" aria-labelledby="groups-title" data-podi="metrics-groups">
    <header class="panel__header calls__header"><h2 id="groups-title">{texts.escaped("metrics.table")}</h2>
      <p class="muted calls__sum" role="status" data-slot="groups-sample"></p></header>
    <div class="table__scroll" tabindex="0" role="group" aria-labelledby="groups-title" data-slot="groups"></div>
  </section>
  <div data-slot="from-log">
    {_chart_markup(texts, "time", _range_markup(texts, first, last))}
    {_chart_markup(texts, "scatter")}
    {_chart_markup(texts, "cost", table_only=True)}
  </div>
  {_chart_markup(texts, "depth")}
  <p class="banner banner--inline" data-slot="log-absent" hidden>{icon("info")}{texts.escaped("calls.absent")}</p>
  <div class="overview__error" data-slot="metrics-error" hidden>{error_state(texts, "logs.error")}</div>
</div>"""


def _chart_markup(texts: Texts, name: str, more: str = "", *, table_only: bool = False) -> str:
    """Return a panel with a chart, and its figures as a table behind a disclosure."""
    title = "metrics.cost_title" if name == "cost" else f"metrics.{name}"
    table = (
        f'<div class="table__scroll" tabindex="0" role="group" aria-labelledby="{name}-title" '
        f'data-slot="{name}-table"></div>'
    )
    chart = (
        table
        if table_only
        else f'<div class="chart__box"><div data-slot="{name}-chart"></div>{more}</div>'
        f'<details class="disclosure chart__table"><summary>{icon("chevron")}{texts.escaped("metrics.as_table")}'
        f"</summary>{table}</details>"
    )
    return f"""
  <section class="panel chart__panel" aria-labelledby="{name}-title" data-podi="metrics-{name}"
    data-slot="{name}-panel">
    <header class="panel__header calls__header"><h2 id="{name}-title">{texts.escaped(title)}</h2>
      <p class="muted num calls__sum" data-slot="{name}-sample"></p></header>
    {chart}
  </section>"""


def choices_markup(texts: Texts, since: str, grouping: Grouping) -> tuple[str, str]:
    """Return the ranges and the groupings on offer."""
    return (
        options_markup({word: texts.say(f"range.{word}") for word in SINCE_HOURS}, since),
        options_markup({one.value: texts.say(f"metrics.by.{one.value}") for one in Grouping}, grouping.value),
    )


def _range_markup(texts: Texts, first: int, last: int) -> str:
    """Return two handles over the whole width of the chart, and the link to what is between them."""
    return f"""<div class="ranges" data-slot="handles">{handles_markup(texts, first, last)}</div>
      <p class="ranges__chosen num"><span data-slot="chosen"></span>
        <a class="button button--small" data-slot="open-range"></a></p>"""


def handles_markup(texts: Texts, first: int, last: int) -> str:
    """Return both handles at their places; one that was dragged is the browser's, so it is drawn anew elsewhere."""
    return "".join(
        f'<input class="range range--{name}" type="range" min="0" max="{PARTS}" step="1" value="{value}" name="{name}" '
        f'aria-label="{texts.escaped(f"metrics.{name}")}" data-action="drag" data-on="input" data-slot="drag-{name}">'
        for name, value in (("from", first), ("to", last))
    )


def metrics_values(texts: Texts, *, sampled: str, loading: bool, absent: bool, failing: bool) -> Values:
    """Return the sample in words, and what is shown where there is nothing to count."""
    del texts
    return {
        "metrics@data-state": "loading" if loading else "ready",
        "groups-sample": sampled,
        "from-log@hidden": hidden_unless(not absent),
        "log-absent@hidden": hidden_unless(absent),
        "metrics-error@hidden": hidden_unless(failing),
    }


def groups_markup(texts: Texts, groups: Sequence[CallGroup], grouping: Grouping, since: str) -> str:
    """Return the figures of each ability, executor or provider; its name leads to its calls."""
    if not groups:
        return _nothing(texts)
    costs = any(group.costs and (group.costs.spent or group.costs.failed) for group in groups)
    columns = ["name", "count", "succeeded", "failed", "rate", "p50", "p95", *(["cost"] if costs else [])]
    head = "".join(f'<th scope="col">{texts.escaped(f"metrics.{name}")}</th>' for name in columns)
    shown = groups[:MOST_GROUPS]
    digits = _cost_digits(filter(None, (_only_cost(group.costs) for group in shown))) if costs else None
    rows = "".join(_group_markup(texts, group, grouping, since, digits) for group in shown)
    return f'<table class="table table--figures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _group_markup(texts: Texts, group: CallGroup, grouping: Grouping, since: str, cost_digits: int | None) -> str:
    name = escape(one_line(group.name) or texts.say("metrics.none"))
    address = group_address(group, grouping, since)
    link = f'<a href="{escape(address)}">{name}</a>' if address else name
    rate = group.failure_rate
    cells = [
        texts.number(group.count),
        texts.number(group.succeeded),
        texts.number(group.failed),
        "—" if rate is None else share_text(texts, rate),
        _duration(texts, group.p50_ms),
        _duration(texts, group.p95_ms),
        *([] if cost_digits is None else [_costs(texts, group.costs, cost_digits)]),
    ]
    figures = "".join(f'<td class="num" translate="no">{escape(cell)}</td>' for cell in cells)
    return f'<tr data-group="{escape(group.key)}"><th scope="row">{link}</th>{figures}</tr>'


def group_address(group: CallGroup, grouping: Grouping, since: str) -> str | None:
    """Return the route of a group's calls; ``None`` for calls that name nothing to search for."""
    if not group.key:
        return None
    if grouping is Grouping.ABILITY and ":" in group.key and group.provider is not None:
        # The server counts by provider and capability, and names no ability.
        capability = group.key.partition(":")[2]
        return calls_address(call_query(CallFilter(provider=group.provider, capability=capability, since=since)))
    return calls_address(call_query(choose(CallFilter(since=since), grouping.value, group.key)))


def share_text(texts: Texts, share: float) -> str:
    """Return a share; neither a rare failure nor a rare success is rounded away."""
    rounded = round(share * 100, 1)
    if share > 0 and rounded < LEAST_PERCENT:
        return f"<{texts.say('format.percent', n=LEAST_PERCENT)}"
    if share < 1 and rounded > 100 - LEAST_PERCENT:
        return f">{texts.say('format.percent', n=100 - LEAST_PERCENT)}"
    return texts.say("format.percent", n=int(rounded) if rounded == int(rounded) else rounded)


def _duration(texts: Texts, milliseconds: float | None) -> str:
    return "—" if milliseconds is None else texts.duration(milliseconds / 1000)


def _costs(texts: Texts, costs: LogCosts | None, digits: int) -> str:
    if costs is None:
        return "—"
    only = _only_cost(costs)
    if only is not None:
        return texts.money_in_column(only[1], only[0] or None, digits)
    parts = [_money(texts, amount, currency) for currency, amount in sorted(costs.spent.items())]
    parts += [
        texts.say("metrics.cost_failed", cost=_money(texts, amount, currency))
        for currency, amount in sorted(costs.failed.items())
    ]
    return " · ".join(parts) or "—"


def _only_cost(costs: LogCosts | None) -> tuple[str, Decimal] | None:
    """Return currency and amount where there is one alone, which stands above those of other rows."""
    if costs is None or costs.failed or len(costs.spent) != 1:
        return None
    return next(iter(costs.spent.items()))


def _cost_digits(costs: Iterable[tuple[str, Decimal]]) -> int:
    return max((money_digits(amount) for _, amount in costs), default=LEAST_MONEY_DIGITS)


def _money(texts: Texts, amount: Decimal, currency: str) -> str:
    return texts.money(amount, currency or None)


def _nothing(texts: Texts) -> str:
    return f'<p class="muted table__empty">{texts.escaped("metrics.empty")}</p>'


def time_chart(texts: Texts, parts: Sequence[Part], last: float) -> str:
    """Return calls over time, by how they stand; a sentence where there are none."""
    if not any(part.succeeded or part.failed or part.other for part in parts):
        return _nothing(texts)
    stacks = [Stack((("succeeded", part.succeeded), ("failed", part.failed), ("other", part.other))) for part in parts]
    words = texts.say(
        "metrics.chart_time",
        succeeded=sum(part.succeeded for part in parts),
        failed=sum(part.failed for part in parts),
        other=sum(part.other for part in parts),
        first=_moment(texts, parts[0].begins_at) if parts else "",
        last=_moment(texts, last),
    )
    return stacks_markup(stacks, words)


def time_table(texts: Texts, parts: Sequence[Part]) -> str:
    """Return the same figures as a table, without the parts in which nothing was called."""
    return _table(
        texts,
        ("metrics.begin", "metrics.succeeded", "metrics.failed", "metrics.other"),
        [
            [
                escape(_moment(texts, part.begins_at)),
                *(texts.number(number) for number in (part.succeeded, part.failed, part.other)),
            ]
            for part in parts
            if part.succeeded or part.failed or part.other
        ],
    )


def scatter_chart(texts: Texts, dots: Sequence[Dot], first: float, last: float) -> str:
    """Return durations over time; what failed is a cross. A sentence where there are none."""
    if not dots:
        return _nothing(texts)
    longest = max((dot.duration_ms for dot in dots), default=0) or 1
    width = (last - first) or 1.0
    points = (
        Point(min(1.0, max(0.0, (dot.at - first) / width)), dot.duration_ms / longest, _sort(dot)) for dot in dots
    )
    words = f"{texts.say('metrics.scatter')}: 0 – {_duration(texts, longest)}"
    scale = f'<span class="chart__most num" translate="no">{escape(_duration(texts, longest))}</span>'
    return scale + scatter_markup(points, words)


def _sort(dot: Dot) -> str:
    return dot.status.value if dot.status.value in {"succeeded", "failed"} else "other"


def scatter_table(texts: Texts, dots: Sequence[Dot]) -> str:
    """Return the slowest calls, each with a link to its record."""
    slowest = sorted(dots, key=lambda dot: -dot.duration_ms)[:SLOWEST]
    return _table(
        texts,
        ("metrics.call", "overview.status", "overview.when", "metrics.duration"),
        [
            [
                f'<a href="{calls_address(f"log={dot.log_id}")}">{dot.log_id}</a>',
                escape(texts.status(dot.status)),
                escape(_moment(texts, dot.at)),
                escape(_duration(texts, dot.duration_ms)),
            ]
            for dot in slowest
        ],
    )


def cost_table(texts: Texts, costs: LogCosts) -> str:
    """Return the costs by currency, what failed apart; nothing is added across currencies."""
    currencies = sorted({*costs.spent, *costs.failed})
    if not currencies:
        return f'<p class="muted table__empty">{texts.escaped("metrics.cost_none")}</p>'
    columns = [(sums, _cost_digits(sums.items())) for sums in (costs.spent, costs.failed)]
    return _table(
        texts,
        ("metrics.currency", "metrics.spent", "metrics.lost"),
        [
            [
                escape(currency or texts.say("metrics.no_currency")),
                *(_amount(texts, sums, currency, digits) for sums, digits in columns),
            ]
            for currency in currencies
        ],
    )


def _amount(texts: Texts, sums: Mapping[str, Decimal], currency: str, digits: int) -> str:
    amount = sums.get(currency)
    return "—" if amount is None else escape(texts.money_in_column(amount, currency or None, digits))


def depth_chart(texts: Texts, readings: Sequence[tuple[float, QueueSummary]]) -> str:
    """Return how many calls ran and waited, at each reading."""
    running = [float(summary.running) for _, summary in readings]
    waiting = [float(summary.waiting) for _, summary in readings]
    most = max((*running, *waiting), default=0.0) or 1.0
    words = f"{texts.say('metrics.depth')}: 0 – {texts.number(int(most))}"
    scale = f'<span class="chart__most num" translate="no">{escape(texts.number(int(most)))}</span>'
    key = (
        f'<p class="chart__key"><span class="key key--running">{texts.escaped("metrics.running")}</span>'
        f'<span class="key key--waiting">{texts.escaped("metrics.waiting")}</span></p>'
    )
    return scale + line_markup((("running", running), ("waiting", waiting)), most, words) + key


def depth_table(texts: Texts, readings: Sequence[tuple[float, QueueSummary]]) -> str:
    """Return the readings, the newest first."""
    return _table(
        texts,
        ("logs.time", "metrics.running", "metrics.waiting"),
        [
            [escape(texts.time_of_day(float(int(at)))), texts.number(summary.running), texts.number(summary.waiting)]
            for at, summary in reversed(readings)
        ],
    )


def _table(texts: Texts, keys: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{texts.escaped(key)}</th>' for key in keys)
    body = "".join(
        f'<tr><th scope="row" class="num" translate="no">{row[0]}</th>'
        f"{''.join(f'<td class=num translate=no>{cell}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return f'<table class="table table--figures"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def range_values(texts: Texts, first: float, last: float, calls: int, address: str) -> Values:
    """Return what is between the two handles, in words and as a link."""
    return {
        "chosen": texts.say("metrics.selected", first=_moment(texts, first), last=_moment(texts, last)),
        "open-range": texts.say("metrics.open_range", n=calls),
        "open-range@href": address,
    }


def _moment(texts: Texts, at: float) -> str:
    return texts.moment(float(int(at)))
