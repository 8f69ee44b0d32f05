"""The header of every page: navigation, connection, points, and the reader's own choices (R24, R32)."""

from app.core.amounts import Amount, add, minus, plain
from app.core.points import Points
from app.ports import Values
from app.views.markup import icon, icon_button
from app.views.texts import Texts

TRANSPORTS = ("push", "connecting", "polling", "paused", "offline", "off")
NAVIGATION = {"tasks": "#/tasks", "abilities": "#/abilities", "admin": "#/admin/overview"}
FOR_ADMINS = {"abilities": "#/admin/abilities"}
"""Where an entry leads for admins instead."""
ADMINS_ALONE = frozenset({"admin"})
_THEMES = {"auto": "light", "light": "dark", "dark": "auto"}


def header_markup(texts: Texts, *, signed_in: bool, admin: bool = False) -> str:
    """Return the header. An admin's abilities are those with logs; signed out, there are only choices."""
    navigation = _navigation_markup(texts, admin=admin) if signed_in else ""
    points = _points_markup(texts) if signed_in else ""
    refresh = _icon_button("refresh", texts.escaped("header.refresh")) if signed_in else ""
    sign_out = _icon_button("sign-out", texts.escaped("header.sign_out")) if signed_in else ""
    notifications = _notifications_markup(texts) if signed_in else ""
    user = '<a class="header__user" href="#/reading" data-slot="user"></a>' if signed_in else ""
    return f"""
<a class="skip" href="#app" data-focus="app">{texts.escaped("header.skip")}</a>
<header class="header{"" if signed_in else " header--signed-out"}">
  <a class="brand" href="#/tasks"><span class="logo" aria-hidden="true"></span>podi</a>
  {navigation}
  <div class="header__live">
    <div class="connection" data-podi="connection" data-slot="connection">
      {icon("connection")}<span role="status" data-slot="connection-word"></span>
      <span class="connection__age" data-slot="connection-age"></span>
    </div>
    {refresh}
  </div>
  {points}
  <div class="header__own">
    <button class="button button--icon" type="button" data-action="theme" data-slot="theme">
      <span class="icon" data-slot="theme-icon" aria-hidden="true"></span></button>
    <button class="button button--quiet" type="button" data-action="language" data-slot="language"></button>
    {user}{notifications}{sign_out}
  </div>
</header>
<div class="update" role="status" data-slot="update"></div>"""


def _navigation_markup(texts: Texts, *, admin: bool) -> str:
    links = "".join(
        f'<a class="navigation__link" href="{FOR_ADMINS.get(name, address) if admin else address}" '
        f'data-slot="navigation-{name}">'
        f"{texts.escaped(f'header.{name}')}</a>"
        for name, address in NAVIGATION.items()
        if admin or name not in ADMINS_ALONE
    )
    return f'<nav class="navigation" aria-label="{texts.escaped("header.navigation")}">{links}</nav>'


def _icon_button(action: str, label: str) -> str:
    return icon_button(action, action, label, f'title="{label}" data-podi="{action}"')


def _notifications_markup(texts: Texts) -> str:
    label = texts.escaped("header.notifications")
    return (
        f'<a class="button button--icon" href="#/notifications" aria-label="{label}" title="{label}" '
        f'data-slot="notifications">'
        f"{icon('bell')}</a>"
    )


def update_markup(texts: Texts) -> str:
    """Return the notice of a newer version: it stays until the reader loads that version or dismisses the notice."""
    return f"""
<div class="notice notice--update">{icon("info")}<p>{texts.escaped("update.ready")}</p>
  <button class="button" type="button" data-action="take-version" data-podi="take-version">
    {texts.escaped("update.take")}</button>
  {icon_button("close", "dismiss-version", texts.escaped("notice.dismiss"))}</div>"""


def _points_markup(texts: Texts) -> str:
    def part(name: str, symbol: str) -> str:
        label = texts.escaped(f"points.{name}")
        return (
            f'<span class="points__part" title="{label}" data-slot="{name}-part">{icon(symbol)}'
            f'<span class="visually-hidden">{label}</span>'
            f'<span class="num" translate="no" data-slot="{name}"></span></span>'
        )

    return f"""
  <a class="points" href="#/points" data-slot="points">
    <span class="points__label">{texts.escaped("points.label")}</span>
    <span class="points__total"><span class="points__balance num" translate="no"
      data-podi="balance" data-slot="balance"></span>
      <span class="points__delta num" translate="no" data-slot="delta" aria-hidden="true"></span></span>
    {part("frozen", "snow")}
    {part("temporary", "hourglass")}
  </a>"""


def header_values(texts: Texts, *, route: str = "", user: str = "", theme: str = "auto") -> Values:
    """Return the user, the marked entry of the navigation (``route``) and what theme and language switch to next."""
    other = "en" if texts.language == "zh" else "zh"
    label = texts.say(f"theme.{theme}")
    return {
        **{f"navigation-{name}@aria-current": "page" if route == name else None for name in NAVIGATION},
        "points@aria-current": "page" if route == "points" else None,
        "notifications@aria-current": "page" if route == "notifications" else None,
        "user": user,
        "user@title": texts.say("header.reading"),
        "user@aria-current": "page" if route == "reading" else None,
        "theme@data-theme-next": _THEMES.get(theme, "auto"),
        "theme@aria-label": label,
        "theme@title": label,
        "theme-icon@class": f"icon icon--theme-{theme}",
        "language": texts.say("language.other"),
        "language@data-language": other,
        "language@lang": "zh-CN" if other == "zh" else "en",
        "language@aria-label": texts.say("language.switch"),
    }


def connection_values(
    texts: Texts, transport: str, age_s: float | None = None, remark: str | None = None, windows: int = 1
) -> Values:
    """Return the badge: the ``data-podi-transport`` word, the age of the data, and a remark instead of its meaning.

    The age, and by how many windows it is shared, is outside of the live region: a screen reader speaks when the
    transport changes, not with every second.
    """
    word = transport if transport in TRANSPORTS else "off"
    facts = [texts.say("connection.shared", n=windows)] if windows > 1 and word == "push" else []
    if age_s is not None and word not in {"off", "connecting"}:
        facts.append(texts.age(age_s))
    return {
        "connection@data-transport": word,
        "connection@title": remark or texts.say(f"connection.{word}.meaning"),
        "connection-word": texts.say(f"connection.{word}"),
        "connection-age": " · ".join(facts),
    }


def refusal_text(texts: Texts, code: int, reason: str = "") -> str:
    """Return why the server refused push for good (close codes 1008, 1009, 4403), and what that means."""
    key = f"refusal.{code}"
    sentence = texts.say(key if key in texts else "refusal.other", code=str(code))
    return f"{sentence} ({reason[:200]})" if reason else sentence


def points_values(
    texts: Texts, points: Points | None, *, before: Points | None = None, animate: bool = False, turn: int = 0
) -> Values:
    """Return the points. With ``animate``, the balance shows in which direction it moved from ``before``.

    ``turn`` counts the movements: it makes two of the same direction in a row two animations.
    """
    if points is None:
        return {"balance": "", "points@data-move": None, "points@data-known": None, "delta": ""}
    step: Amount = 0
    if before is not None and animate:
        step = add(points.total, minus(before.total))
    return {
        "balance": plain(points.total),
        "points@data-known": "",
        "points@data-move": "up" if step > 0 else "down" if step < 0 else None,
        "points@data-turn": str(turn % 2),
        "delta": f"{'+' if step > 0 else '−'}{texts.amount(step if step > 0 else minus(step))}" if step else "",  # noqa: RUF001 - a minus sign
        "frozen": texts.amount(points.frozen),
        "frozen-part@data-none": None if points.frozen else "",
        "temporary": texts.amount(points.temporary),
        "temporary-part@data-none": None if points.temporary else "",
    }
