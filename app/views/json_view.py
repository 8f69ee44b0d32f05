"""A JSON value as a tree behind a disclosure (R39): rows, a search, and the node that was chosen, to be copied."""

from collections.abc import Mapping

from app.core.json_tree import JsonRow, path_text
from app.ports import Values
from app.views.json_text import json_text
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless

DEEPEST = 16
"""Deeper rows are moved in no further."""
SHOWN_OF_NODE = 4000
"""So many characters of the chosen node are shown; a copy has all of them."""
LONGEST_KEY = 200
ROWS_HIGH = 14


def json_view_markup(texts: Texts, part: str, label: str) -> str:
    """Return the disclosure of one value. Rows are in ``{part}-rows``; every action names its part."""
    search = texts.escaped("tree.search")

    def button(name: str, text: str, slot: str = "") -> str:
        place = f' data-slot="{part}-{slot}"' if slot else ""
        return (
            f'<button class="button button--small" type="button" data-action="json-{name}" data-part="{part}">'
            f"<span{place}>{text}</span></button>"
        )

    return f"""
<details class="disclosure tree" data-slot="{part}-disclosure">
  <summary data-action="json-open" data-part="{part}">{icon("chevron")}{escape(label)}</summary>
  <div class="disclosure__body">
    <div class="tree__tools">
      <label class="search tree__search">{icon("search")}<span class="visually-hidden">{search}</span>
        <input class="input" type="search" name="{part}-search" placeholder="{search}" autocomplete="off"
          spellcheck="false" data-action="json-search" data-on="input" data-part="{part}"></label>
      <span class="muted num tree__found" role="status" data-slot="{part}-found"></span>
      {button("previous", texts.escaped("tree.previous"))}
      {button("next", texts.escaped("tree.next"))}
      {button("fold", texts.escaped("tree.fold"))}
      {button("copy-all", "", "copy-all")}
    </div>
    <div class="tree__columns">
      <div class="tree__rows"><div class="rows rows--tree" role="list" aria-label="{escape(label)}" tabindex="-1"
        data-slot="{part}-rows"></div></div>
      <section class="tree__node" aria-label="{texts.escaped("tree.node")}" data-slot="{part}-node" hidden>
        <p class="tree__path" translate="no" data-slot="{part}-path"></p>
        <pre class="json" translate="no" tabindex="0" role="region" aria-label="{texts.escaped("tree.value")}"
          data-slot="{part}-value"></pre>
        <p class="muted" data-slot="{part}-cut" hidden></p>
        <div class="tree__tools">{button("copy-value", "", "copy-value")}{button("copy-path", "", "copy-path")}</div>
      </section>
    </div>
  </div>
</details>"""


def json_places(json: Mapping[str, object]) -> Values:
    """Return which of the trees are there at all: those of the parts that have a value."""
    return {f"{part}-disclosure@hidden": hidden_unless(value is not None) for part, value in json.items()}


def json_row_markup(part: str) -> str:
    """Return a row. Choosing it, which unfolds or folds it, is the action ``json-toggle``."""
    return f"""
<div class="row row--tree" role="listitem">
  <button class="tree__name" type="button" data-row-link tabindex="-1" data-action="json-toggle" data-part="{part}"
    data-slot="button"><span class="tree__key" translate="no" data-slot="name"></span></button>
  <span class="tree__text" translate="no" data-slot="text"></span>
  <span class="muted num tree__size" data-slot="size"></span>
</div>"""


def json_row_values(texts: Texts, row: JsonRow, *, root: str, chosen: bool, found: bool) -> Values:
    """Return what a row shows; ``root`` is the name of the whole, ``found`` marks what the search is at."""
    inside = row.kind in {"object", "list", "slice"}
    size = texts.say(f"tree.size.{row.kind}", n=row.size) if row.kind in {"object", "list", "text"} else ""
    return {
        "@data-depth": str(min(row.depth, DEEPEST)),
        "@data-kind": row.kind,
        "@data-chosen": flag(chosen),
        "@data-found": flag(found),
        "@aria-level": str(row.depth + 1),
        "button@aria-expanded": ("true" if row.unfolded else "false") if inside and row.size else None,
        "name": row.name[:LONGEST_KEY] or (root if row.depth == 0 else '""'),
        "text": f'"{row.text}"' if row.kind == "text" else row.text,
        "size": size if row.kind != "text" or row.size > len(row.text) else "",
    }


def json_node_values(texts: Texts, part: str, name: str | None, value: object) -> Values:
    """Return the chosen node: its path, and its value as text; hidden while none is."""
    text, cut = ("", False) if name is None else json_text(value, SHOWN_OF_NODE)
    if isinstance(value, str) and name is not None:
        # A text is read as it is meant, not with its line breaks spelled out.
        text, cut = value[:SHOWN_OF_NODE], len(value) > SHOWN_OF_NODE
    return {
        f"{part}-node@hidden": hidden_unless(name is not None),
        f"{part}-path": "" if name is None else path_text(name.partition("~s")[0]) or texts.say("tree.whole"),
        f"{part}-value": text,
        f"{part}-cut": texts.say("json.cut", n=SHOWN_OF_NODE) if cut else "",
        f"{part}-cut@hidden": hidden_unless(cut),
        **json_copy_values(texts, part, "copy-value"),
        **json_copy_values(texts, part, "copy-path"),
    }


def json_copy_values(texts: Texts, part: str, button: str, copied: bool | None = None) -> Values:
    """Return what a copy button says: what it copies, or how the last press of it ended."""
    own = f"tree.{button.replace('-', '_')}"
    return {f"{part}-{button}": texts.say(own if copied is None else "copy.copied" if copied else "copy.failed")}


def json_found_values(texts: Texts, part: str, text: str, at: int, count: int, *, searching: bool) -> Values:
    """Return how the search goes: which of how many, that there is none, or nothing where nothing is searched for."""
    if not text:
        words = ""
    elif count:
        words = texts.say("tree.found_so_far" if searching else "tree.found", at=at + 1, n=count)
    else:
        words = texts.say("tree.searching" if searching else "tree.not_found")
    return {f"{part}-found": words}


def json_state_values(part: str, *, rows: int, opened: bool | None = None) -> Values:
    """Return how high the rows are, up to ``ROWS_HIGH``; ``opened`` opens the disclosure, as an address does."""
    values: dict[str, str | None] = {f"{part}-rows@data-rows": str(min(max(rows, 1), ROWS_HIGH))}
    if opened is not None:
        values[f"{part}-disclosure@open"] = flag(opened)
    return values
