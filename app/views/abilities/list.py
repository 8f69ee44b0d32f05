"""The list of abilities: for admins, whose pages have the call log, and for everybody (R41)."""

from collections.abc import Sequence

from app.core.abilities import Ability
from app.ports import Values
from app.views.markup import ability_address, icon, offered_address
from app.views.placeholders import error_state, skeleton
from app.views.texts import Texts
from app.views.values import one_line, short_executor


def ability_list_markup(texts: Texts) -> str:
    """Return the page. Rows are in ``abilities``; typing into the filter is the action ``filter``."""
    prompt = texts.escaped("abilities.filter")
    return f"""
<div class="page page--abilities">
  <section class="panel" aria-labelledby="abilities-title" data-slot="panel" data-state="loading">
    <header class="panel__header">
      <h1 id="abilities-title">{texts.escaped("header.abilities")}</h1>
      <span class="muted num" role="status" data-slot="count"></span>
      <label class="search">{icon("search")}<span class="visually-hidden">{prompt}</span>
        <input class="input" type="search" name="filter" placeholder="{prompt}" autocomplete="off"
          spellcheck="false" data-action="filter" data-on="input" data-slot="filter"></label>
    </header>
    <div class="panel__body">
      <div class="rows" role="list" aria-labelledby="abilities-title" tabindex="-1" data-slot="abilities"></div>
      {skeleton(8)}
      <div class="state state--empty">{icon("empty")}<p data-slot="empty"></p></div>
      {error_state(texts, "abilities.error")}
    </div>
  </section>
</div>"""


def filter_abilities(abilities: Sequence[Ability], text: str) -> list[Ability]:
    """Return the abilities in which every word of ``text`` occurs somewhere."""
    words = text.casefold().split()
    if not words:
        return list(abilities)
    return [ability for ability in abilities if all(word in _haystack(ability) for word in words)]


def _haystack(ability: Ability) -> str:
    facts = (
        *(ability.id, ability.name, ability.provider, ability.category, ability.capability_key),
        *(ability.status, ability.type, ability.executor_id),
    )
    return " ".join(fact for fact in facts if fact).casefold()


def ability_list_values(
    texts: Texts, *, shown: int = 0, total: int | None = None, failing: bool = False, filtered: bool = False
) -> Values:
    """Return counts and state; ``total`` is unknown until the list was read."""
    if total is None and failing:
        state = "error"
    elif total is None:
        state = "loading"
    else:
        state = "ready" if shown else "empty"
    count = "" if not total else texts.say("abilities.some" if filtered else "abilities.all", n=total, shown=shown)
    return {
        "panel@data-state": state,
        "panel@aria-busy": "true" if state == "loading" else None,
        "count": count,
        "empty": texts.say("abilities.no_match" if filtered else "abilities.empty"),
    }


def ability_row_markup() -> str:
    """Return a row of the list."""
    return """
<div class="row row--ability" role="listitem">
  <div class="row__main">
    <a class="row__name" data-row-link tabindex="-1" data-slot="name"></a>
    <div class="row__line"><span class="row__meta row__id" translate="no" data-slot="id"></span><span
      class="row__meta" translate="no"
      data-slot="executor"></span></div>
  </div>
  <div class="row__side">
    <span class="tag" data-slot="provider"></span><span class="row__points" data-slot="state"></span>
  </div>
</div>"""


def ability_row_values(texts: Texts, ability: Ability, *, admin: bool = True) -> Values:
    """Return what an ability's row shows; ``admin`` chooses the page that it leads to."""
    return {
        "@data-ability-id": ability.id,
        "@data-ability-status": ability.status or "",
        "name": one_line(ability.name),
        "name@href": ability_address(ability.id) if admin else offered_address(ability.id),
        "id": one_line(ability.id),
        "executor": short_executor(ability.executor_id),
        "provider": one_line(ability.provider or ability.type or "—"),
        "state": ability_status(texts, ability),
    }


def ability_status(texts: Texts, ability: Ability) -> str:
    """Return whether an ability can be called; a word that the catalogue does not have is shown as it came."""
    if not ability.status:
        return ""
    key = f"ability.status.{ability.status}"
    return texts.say(key) if key in texts else one_line(ability.status)
