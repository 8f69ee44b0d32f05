"""All markup together: well-formed, free of what others wrote, and with a place for every value."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from app.browser.template import Template, slots_of
from app.core.ability_day import LoadedDay, ability_day
from app.core.call_filter import CallFilter
from app.core.causes import Problems
from app.core.collection import Touch
from app.core.dashboard import Dashboard, Executor, GpuMemory, RecentJob
from app.core.differences import MISSING, Difference
from app.core.inputs import Input
from app.core.json_tree import JsonTree, pointer
from app.core.limits import QUEUE, Reading
from app.core.log_metrics import Grouping, count_calls, dots_of, parts_of
from app.core.logs import LogCosts, sum_costs
from app.core.media import Media
from app.core.notify import NotifySettings
from app.core.provenance import Origins
from app.core.query import parse
from app.core.query_match import parts_of as query_parts
from app.core.queues import QueueServer
from app.core.records import Result, Source
from app.core.refill import Refill
from app.core.stages import Span as StageSpan
from app.core.stages import Stage, Usual
from app.core.status import Status
from app.core.timeline import Span, lay_out
from app.late_ports import PickedPicture
from app.views import json_view, markup
from app.views.abilities import ability, call_log, invoke_form, log_export, offered, one_ability
from app.views.abilities import list as ability_list
from app.views.admin import calls, metrics, overview, problems, timeline
from app.views.jobs import compare, filter_bar, inputs, job, queue_panel, results, rows, sources, viewer
from app.views.jobs.list import ListState, job_list_markup, job_list_values
from app.views.markup import ability_address, escape, job_address, json_place, safe_url
from app.views.shell import header, notices, notifications, sign_in, strips
from testkit import samples
from testkit.plain_formats import plain_texts

T = plain_texts()
ABILITY = samples.hostile_ability()
STATE = ListState(counts={"active": 1, "failed": 3}, matches=6, loaded=True, failing=True, age_s=90)
QUERY = parse(
    f'koi status:failed -executor:"{samples.NASTY}" action:"{samples.NASTY}" longer:30s -since:1h sort:created'
)
READING = Reading(QUEUE + samples.NASTY, 9, 10)
CHOICES = filter_bar.Choices({samples.NASTY: samples.NASTY}, {}, {samples.NASTY: samples.NASTY})
VOID = frozenset({"br", "hr", "img", "input"})
KNOWN = frozenset(
    {
        *(
            "a",
            "article",
            "blockquote",
            "br",
            "button",
            "dd",
            "details",
            "dialog",
            "div",
            "dl",
            "dt",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "fieldset",
            "legend",
        ),
        *("header", "i", "img", "input", "label", "li", "nav", "option", "p", "pre", "progress", "section", "select"),
        *("table", "tbody", "td", "th", "thead", "tr"),
        *("span", "strong", "summary", "textarea", "ul", "audio", "video", "wa-copy-button", "wa-drawer"),
        *("ol", "table", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "rect", "circle", "pattern", "title"),
    }
)

HOSTILE = samples.hostile_log_record()
FAILED = replace(HOSTILE, status=Status.FAILED, user_id=samples.NASTY, duration_ms=5, cost=Decimal(1))
HOSTILE_FILTER = CallFilter(words=samples.NASTY, ability=samples.NASTY, cause=samples.NASTY, capability=samples.NASTY)
HOSTILE_RESULT = Result(images=(samples.NASTY_URL, samples.NASTY), texts=(samples.NASTY,))
HOSTILE_PROBLEMS = Problems()
HOSTILE_PROBLEMS.add(FAILED)
NASTY_EXECUTOR = Executor(id=samples.NASTY, name=samples.NASTY, health=samples.NASTY, max_concurrency=2)
NASTY_JOB = RecentJob(
    id=samples.NASTY, user_id=samples.NASTY, action=samples.NASTY, word=samples.NASTY, error=samples.NASTY
)
NASTY_SPAN = Span(
    key=samples.NASTY,
    name=samples.NASTY,
    executor=samples.NASTY,
    status=Status.FAILED,
    created=samples.NOW - 90,
    started=samples.NOW - 60,
    ended=samples.NOW - 5,
)
TRACKS = lay_out([NASTY_SPAN, replace(NASTY_SPAN, key="7", ended=None)], samples.NOW - 100, samples.NOW)
GROUPS = count_calls([FAILED], Grouping.EXECUTOR)
PARTS = parts_of([FAILED], samples.NOW - 100, samples.NOW, 4)
DOTS = dots_of([FAILED], 10)
QUEUES = {samples.NASTY: samples.hostile_queues().servers[0]}
CALLS_STATE = calls.CallsState(shown=1, loaded=2, total=3, exact=False, filtered=True, failing=True)
ADMIN_VIEWS: dict[str, tuple[str, Mapping[str, str | None]]] = {
    "calls": (
        calls.calls_markup(T, HOSTILE_FILTER),
        {
            **calls.calls_values(T, CALLS_STATE, sum_costs([FAILED])),
            **calls.call_record_values(T, FAILED, Result()),
            **calls.call_record_values(T, replace(HOSTILE, status=Status.RUNNING), HOSTILE_RESULT, resolving=True),
            **log_export.export_values(T, running=True, done=1, total=3),
            **json_view.json_node_values(T, "log-request", f"/{samples.NASTY}", samples.NASTY),
        },
    ),
    "call row": (
        calls.call_row_markup(T),
        calls.call_row_values(T, FAILED, HOSTILE_RESULT, highlighted=True, opened=True),
    ),
    "calls chips": (calls.chips_markup(T, HOSTILE_FILTER), {}),
    "calls select": (calls.select_markup(T, "ability", HOSTILE_FILTER, {samples.NASTY: samples.NASTY, "a": "b"}), {}),
    "calls results": (calls.results_markup(T, FAILED, HOSTILE_RESULT), {}),
    "problems": (
        problems.problems_markup(T, samples.NASTY),
        problems.problems_values(
            T, problems.ProblemsState(causes=1, failed=2, loaded=3, total=4, exact=False, failing=True, reading=True)
        ),
    ),
    "problem list": (problems.problem_list_markup(T, HOSTILE_PROBLEMS.ranked * 101, "24h"), {}),
    "overview": (
        overview.overview_markup(T, "1h"),
        overview.overview_values(
            T, dashboard=True, executors=True, recent=True, timeline=True, absent=False, failing=True
        ),
    ),
    "overview numbers": (
        overview.numbers_markup(T, Dashboard(total=1, running=2, by_status={Status.FAILED: 3})),
        {},
    ),
    "overview executors": (
        overview.executors_markup(T, [NASTY_EXECUTOR], QUEUES, {samples.NASTY: (GpuMemory(samples.NASTY, 4, 1),)}),
        {},
    ),
    "overview jobs": (overview.recent_markup(T, [NASTY_JOB]), {}),
    "timeline": (timeline.tracks_markup(T, TRACKS, samples.NOW - 100, samples.NOW), {}),
    "timeline list": (timeline.list_markup(T, TRACKS, samples.NOW, "#/admin/calls?log="), {}),
    "metrics": (
        metrics.metrics_markup(T, "24h", Grouping.ABILITY),
        {
            **metrics.metrics_values(T, sampled=samples.NASTY, loading=False, absent=True, failing=True),
            **metrics.range_values(T, samples.NOW - 9, samples.NOW, 1, "#/admin/calls?from=1&to=2"),
        },
    ),
    "metrics groups": (metrics.groups_markup(T, GROUPS, Grouping.EXECUTOR, "24h"), {}),
    "metrics time": (metrics.time_chart(T, PARTS, samples.NOW) + metrics.time_table(T, PARTS), {}),
    "metrics scatter": (
        metrics.scatter_chart(T, DOTS, samples.NOW - 100, samples.NOW) + metrics.scatter_table(T, DOTS),
        {},
    ),
    "metrics cost": (metrics.cost_table(T, LogCosts({samples.NASTY: Decimal(1), "": Decimal(2)}, {})), {}),
    "metrics depth": (
        metrics.depth_chart(T, [(samples.NOW, samples.hostile_queues())])
        + metrics.depth_table(T, [(samples.NOW, samples.hostile_queues())]),
        {},
    ),
}

VIEWS: dict[str, tuple[str, Mapping[str, str | None]]] = {
    "sign-in": (sign_in.sign_in_markup(T), sign_in.sign_in_values(T, error="sign_in.wrong", note="sign_in.expired")),
    "header": (
        header.header_markup(T, signed_in=True, admin=True),
        {
            **header.header_values(T, route="tasks", user=samples.NASTY),
            **header.connection_values(T, "push", 3.0, samples.NASTY),
            **header.points_values(T, samples.POINTS),
        },
    ),
    "tasks": (
        job_list_markup(T, admin=True),
        {
            **job_list_values(T, STATE, STATE),
            **filter_bar.filter_bar_values(T, QUERY, opened=True, problems=[samples.NASTY], said=samples.NASTY),
        },
    ),
    "search box": (filter_bar.search_markup(T, samples.NASTY), {}),
    "filter menus": (f"<div>{filter_bar.menus_markup(T, QUERY, CHOICES)}</div>", {}),
    "filter chips": (f"<div>{filter_bar.chips_markup(T, QUERY, CHOICES)}</div>", {}),
    "nothing found": (
        filter_bar.nothing_found_markup(T, "None.", [(part, 3) for part in query_parts(QUERY)], CHOICES),
        {},
    ),
    "task row": (rows.job_row_markup(T), rows.task_row_values(T, samples.hostile_task(), samples.NOW)),
    "ability task row": (
        rows.job_row_markup(T),
        rows.ability_task_row_values(T, samples.hostile_ability_task(), samples.NOW),
    ),
    "queue": (queue_panel.queue_panel_markup(T), queue_panel.queue_panel_values(T, samples.hostile_queues())),
    "detail": (
        job.job_markup(T, admin=True),
        {
            **job.job_values(T, samples.hostile_ability_task(), samples.NOW),
            **job.job_values(T, samples.hostile_task(), samples.NOW),
            **job.again_values(T, samples.hostile_ability_task(), possible=True, error=samples.NASTY),
            **job.neighbour_values(samples.NASTY, samples.NASTY),
            **json_view.json_node_values(T, "raw", f"/{samples.NASTY}", {samples.NASTY: samples.NASTY}),
            **json_view.json_node_values(T, "request", "", samples.NASTY),
            **json_view.json_found_values(T, "request", samples.NASTY, 0, 2, searching=False),
        },
    ),
    "inputs": (
        inputs.inputs_markup(
            T,
            [Input(samples.NASTY, samples.NASTY, [samples.NASTY])] * 70,
            [samples.NASTY_URL, "/a.png", "https://b.c/d"],
            {"/a.png"},
        ),
        {},
    ),
    "json row": (
        json_view.json_row_markup("raw"),
        json_view.json_row_values(
            T,
            JsonTree({samples.NASTY: samples.NASTY}).row(f"/{pointer((samples.NASTY,))[1:]}"),
            root=samples.NASTY,
            chosen=True,
            found=True,
        ),
    ),
    "sources": (
        sources.sources_markup(T),
        sources.sources_values(T, samples.hostile_ability_task(), Origins(Touch(1.0, Source.PUSH)), 9.0),
    ),
    "viewer": (viewer.viewer_markup(T), {}),
    "compare": (
        compare.compare_markup(T),
        {
            **compare.compare_state_values("ready", choosing=True, both=True),
            **compare.compared_job_values(T, "first", samples.hostile_ability_task(), None),
            **compare.compared_job_values(T, "second", samples.hostile_task(), "/a.png"),
            **compare.picture_note_values(T, 1),
        },
    ),
    "numbers": (
        compare.numbers_markup(
            T, [[StageSpan(Stage.RAN, 3.0)], [StageSpan(Stage.RAN, 4.0)]], [samples.POINTS.total, None]
        ),
        {},
    ),
    "differences": (
        compare.differences_markup(T, [Difference(f"/{samples.NASTY}", samples.NASTY, MISSING)] * 200),
        {},
    ),
    "offered": (
        offered.offered_markup(T, ABILITY, Refill(own={"callbackUrl": samples.NASTY, "executorId": samples.NASTY})),
        {
            **one_ability.one_ability_values(T, ABILITY, usual={Stage.RAN: Usual(3.0, 5)}, price=30, running=2),
            **offered.refill_values(T, Refill(dropped=(samples.NASTY,), picture_gone=True), missing=True),
            **invoke_form.picture_values(
                T, ABILITY, f"{samples.NASTY}5", PickedPicture(samples.NASTY, 9, "image/png", "AA", "/a.png"), "x"
            ),
            **invoke_form.edited_values(ABILITY, {f"{samples.NASTY}1": True}),
        },
    ),
    "abilities": (
        ability_list.ability_list_markup(T),
        ability_list.ability_list_values(T, shown=1, total=2, filtered=True),
    ),
    "ability row": (ability_list.ability_row_markup(), ability_list.ability_row_values(T, ABILITY)),
    "ability": (
        ability.ability_markup(T, ABILITY),
        {
            **one_ability.one_ability_values(T, ABILITY, usual={}, price=None, running=0),
            **ability.log_values(T, logs=3, cost="1"),
            **ability.day_values(T, ability_day(LoadedDay((samples.hostile_log_record(),), whole=False), None)),
            **one_ability.invocation_values(T, samples.invocation(), error=samples.NASTY),
            **invoke_form.invoke_form_values(T, error=samples.NASTY),
            **call_log.call_log_values(T, call_log.Loaded(shown=3, total=9, failing=True), opened=True, cost="1"),
            **call_log.search_values(T, sought=1, searched=2, total=3),
            **call_log.record_values(T, samples.hostile_log_record()),
            **log_export.export_values(T, running=True, done=1, total=3),
            **json_view.json_node_values(T, "raw", f"/{samples.NASTY}", samples.NASTY),
            **json_view.json_node_values(T, "log-request", f"/{samples.NASTY}", samples.NASTY),
            **json_view.json_node_values(T, "log-response", f"/{samples.NASTY}", samples.NASTY),
            **json_view.json_node_values(T, "log-callback", f"/{samples.NASTY}", samples.NASTY),
        },
    ),
    "ability state": (one_ability.ability_state_markup(T, "missing", back="#/abilities"), {}),
    "executors": (
        ability.executor_field_markup(T, ABILITY, [Executor(id=samples.NASTY, name=samples.NASTY)], samples.NASTY),
        {},
    ),
    "executor": (ability.executor_field_markup(T, ABILITY, None, samples.NASTY), {}),
    "executor load": (
        ability.executor_load_markup(
            T,
            samples.NASTY,
            QueueServer(executor_id=samples.NASTY, running=1, waiting=2, limit=3),
            [GpuMemory(samples.NASTY, 8, 4)],
        ),
        {},
    ),
    "log row": (call_log.log_row_markup(T), call_log.log_row_values(T, samples.hostile_log_record(), highlighted=True)),
    "log hole": (call_log.hole_markup(T), {}),
    "pictures": (results.pictures_markup(T, [samples.NASTY_URL, samples.NASTY, "https://a.b/c.png"], name="x"), {}),
    **{
        media.value: (results.media_markup(T, media, [samples.NASTY_URL, samples.NASTY, "https://a.b/c.mp4"]), {})
        for media in (Media.VIDEO, Media.AUDIO, Media.FILE)
    },
    "written": (results.result_texts_markup(T, [samples.NASTY] * 30), {}),
    **ADMIN_VIEWS,
    "notification settings": (
        notifications.settings_markup(T, admin=True),
        notifications.settings_values(T, NotifySettings(marked=("a",)), "denied", admin=True),
    ),
    "alarms": (
        strips.alarms_markup(
            T, [(notifications.alarm_texts(T, Reading(QUEUE + samples.NASTY, 9, 10), 80)[0], samples.NASTY)]
        ),
        {},
    ),
    "notices": (notices.notices_markup(), {}),
    "notice": (notices.notice_list_markup(T, [notices.Notice(1, "error", samples.NASTY)]), {}),
}


class Tree(HTMLParser):
    """Parses markup and notes what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags.add(tag)
        names = [name for name, _ in attrs]
        self.faults += [f"{tag} has {name} twice" for name in set(names) if names.count(name) > 1]
        self.faults += [f"{tag} has {name}" for name in names if name.startswith("on") or name == "style"]
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "formaction"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def parsed(markup: str) -> Tree:
    """What a browser makes of markup."""
    tree = Tree()
    tree.feed(markup)
    tree.close()
    tree.faults += [f"<{tag}> stays open" for tag in tree.open]
    return tree


@pytest.mark.parametrize("name", VIEWS)
def test_markup_is_well_formed_and_holds_only_our_own_tags(name: str) -> None:
    """Whatever the wire says, no tag, handler, style or script address of others gets in (faults, case 33)."""
    tree = parsed(VIEWS[name][0])
    assert tree.faults == []
    assert tree.tags - KNOWN == set()
    assert [address for address in tree.addresses if not address.startswith("#") and safe_url(address) is None] == []


@pytest.mark.parametrize("name", VIEWS)
def test_filled_markup_is_as_safe_as_empty_markup(name: str) -> None:
    """The same once the values are in it, as a row list puts them in."""
    markup, values = VIEWS[name]
    filled, _ = Template(markup).fill(values)
    tree = parsed(filled)
    assert [fault for fault in tree.faults if "twice" not in fault] == []
    assert tree.tags - KNOWN == set()
    assert [address for address in tree.addresses if not address.startswith("#") and safe_url(address) is None] == []


@pytest.mark.parametrize("name", VIEWS)
def test_every_value_has_a_place_and_every_place_one_name(name: str) -> None:
    """No value is written nowhere, and no two elements share a slot."""
    markup, values = VIEWS[name]
    slots = slots_of(markup)
    assert [slot for slot in set(slots) if slots.count(slot) > 1] == []
    wanted = {key.partition("@")[0] for key in values} - {""}
    assert sorted(wanted - set(slots)) == []


@pytest.mark.parametrize("name", VIEWS)
def test_text_slots_are_empty_in_the_markup(name: str) -> None:
    """A text that is written replaces what is inside; nothing of ours may be."""
    markup, values = VIEWS[name]
    texts = {key for key in values if "@" not in key}
    full = set(re.findall(r'data-slot="([^"]+)"[^<>]*>(?!</)', markup))
    assert sorted(texts & full) == []


class LeftAlone(HTMLParser):
    """Notes which slots a translating browser leaves alone."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[bool] = []
        self.slots: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a slot in an element that is not to be translated."""
        left = ("translate", "no") in attrs or any(self._open)
        slot = dict(attrs).get("data-slot")
        if slot and left:
            self.slots.add(slot)
        if tag not in VOID:
            self._open.append(left)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        self._open.pop()


RECORD = {f"record-{name}" for name in ("time", "source", "executor", "price", "task", "trace")}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("detail", {*job.FACTS, "percent", "elapsed", "request-path", "request-value"}),
        ("ability", {*RECORD, "logs-count", "logs-cost", "log-count", "log-cost", "day-cost", "day-count"}),
        ("calls", {*RECORD, "record-user", "record-callback_id", "record-run", "calls-count", "calls-cost"}),
        ("log row", {"time", "duration", "cost"}),
        ("call row", {"time", "duration", "cost"}),
        ("task row", {"when", "percent", "executor", "elapsed", "points"}),
        ("ability row", {"id", "executor"}),
        ("header", {"balance", "delta", "frozen", "temporary"}),
        ("tasks", {f"tasks-{kind}" for kind in ("active", "succeeded", "failed", "cancelled", "unknown")}),
    ],
)
def test_values_are_left_alone_by_a_translator(name: str, values: set[str]) -> None:
    """Report 3: amounts, counts, ids, addresses and times are no prose."""
    parser = LeftAlone()
    parser.feed(VIEWS[name][0])
    assert values - parser.slots == set()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/a.png?x=1#y", True),
        ("HTTP://example.org", True),
        ("/api/files/1.png", True),
        ("static/icons/logo.svg", True),
        ("https://example.org/api/tasks/1.png", True),
        ("files/a.png?x=1#y", True),
        ("/api/assets/1.png", True),
        ("#/tasks/1", False),
        ("?page=2", False),
        ("?podi.worker=off", False),
        ("/?podi.worker=off", False),
        ("./?x", False),
        ("/a/..", False),
        ("/index.html?podi.worker=off", False),
        ("/a.png?podi.worker=off", False),
        ("https://example.org/?a=1&podi%2Eworker=off", False),
        ("/api/tasks/v1", False),
        ("/api/assets/../admin/executors", False),
        ("/api//%61uth/refresh", False),
        ("api/wallet/v1/statistics", False),
        ("/api/notify", False),
        ("/api/notify/v1/stream?access_token=x", False),
        ("/podi/API/abilities", False),
        ("blob:https://example.org/1", False),
        ("data:image/png;base64,AAAA", True),
        ("data:image/svg+xml;base64,AAAA", False),
        ("data:text/html,<script>", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//evil.example/x", False),
        ("/\\evil.example/x", False),
        ("https://", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_which_addresses_may_become_links(url: str | None, allowed: bool) -> None:
    """http, https, files of this host, pictures; nothing that runs, leads back into the page, or only looks local."""
    assert allowed == (safe_url(url) is not None)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://monitor.example/api/tasks/v1", False),
        ("http://monitor.example/api/tasks/v1", False),
        ("https://monitor.example:443/api/notify/v1/stream", False),
        ("https://MONITOR.example./podi/api/assets/../%61dmin/executors", False),
        ("https://x@monitor%2Eexample/api/auth/login", False),
        ("https://\uff4donitor.example/api/wallet/v1/statistics", False),
        ("https://api.example/api/abilities", False),
        ("https://monitor.example", False),
        ("https://monitor.example/#/tasks/1", False),
        ("https://monitor.example/index.html?x", False),
        ("https://monitor.example/api/assets/1.png", True),
        ("https://other.example/api/tasks/1.png", True),
    ],
)
def test_an_absolute_address_of_the_page_is_judged_as_a_path(
    monkeypatch: pytest.MonkeyPatch, url: str, allowed: bool
) -> None:
    """R56: the API's routes and the page itself are nobody's result, however their host is written."""
    monkeypatch.setattr(markup, "_own", set())
    markup.judge_as_own("https://monitor.example/podi/", "https://api.example", "")
    assert allowed == (safe_url(url) is not None)


def test_ids_are_quoted_in_addresses() -> None:
    """An id with any character leads to its own page and nowhere else."""
    assert job_address("a/b?c#d") == "#/tasks/a%2Fb%3Fc%23d"
    assert ability_address("x y", 7) == "#/admin/abilities/x%20y?log=7"
    assert job_address("\ud800") == "#/tasks/%3F"
    assert json_place(job_address("x"), "raw", "/a/b") == "#/tasks/x?json=raw&node=%2Fa%2Fb"
    assert json_place(ability_address("x", 7), "raw", "") == "#/admin/abilities/x?log=7&json=raw&node="


def test_escape_is_safe_in_attributes() -> None:
    """Both kinds of quotes are written as entities."""
    assert escape("<\"'&>") == "&lt;&quot;&#x27;&amp;&gt;"
