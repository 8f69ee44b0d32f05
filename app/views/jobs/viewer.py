"""The dialog in which pictures are looked at closely (R40). ``data-viewer`` names the parts that the adapter fills."""

from app.views.markup import icon
from app.views.texts import Texts

_TOOLS = ("smaller", "larger", "fit", "full")


def viewer_markup(texts: Texts) -> str:
    """Return the dialog, without its pictures."""

    def button(name: str, text: str, classes: str = "button--small") -> str:
        label = texts.escaped(f"viewer.{name}")
        return (
            f'<button class="button {classes}" type="button" data-viewer="{name}" aria-label="{label}" '
            f'title="{label}">{text}</button>'
        )

    symbols = {"smaller": "−", "larger": "+", "fit": texts.escaped("viewer.fit_short"), "full": "100%"}  # noqa: RUF001 - a minus sign
    tools = "".join(button(name, symbols[name]) for name in _TOOLS)
    return f"""
<dialog class="viewer" aria-label="{texts.escaped("viewer.title")}">
  <header class="viewer__bar">
    <p class="viewer__label" aria-live="polite" data-viewer="label"></p>
    <div class="viewer__tools">{tools}
      <button class="button button--small" type="button" aria-pressed="false" data-viewer="compare" hidden>
        {texts.escaped("viewer.before")}</button>
      <a class="button button--small" target="_blank" rel="noopener noreferrer" data-viewer="original">
        {texts.escaped("viewer.original")}</a>
      <a class="button button--small" target="_blank" rel="noopener noreferrer" download data-viewer="download">
        {texts.escaped("viewer.download")}</a>
      {button("close", icon("close"), "button--icon")}
    </div>
  </header>
  <div class="viewer__stage" data-viewer="stage">
    <div class="viewer__canvas" data-viewer="canvas"><img class="viewer__image" draggable="false"
      data-viewer="image"><img class="viewer__image viewer__before" draggable="false"
      alt="{texts.escaped("viewer.before")}" data-viewer="before" hidden></div>
    <p class="viewer__failed" role="status" data-viewer="failed" hidden>{texts.escaped("viewer.failed")}</p>
    {button("previous", icon("back"), "viewer__turn viewer__turn--previous")}
    {button("next", icon("chevron"), "viewer__turn viewer__turn--next")}
  </div>
  <label class="viewer__slider" data-viewer="slide" hidden><span>{texts.escaped("viewer.slider")}</span>
    <input type="range" min="0" max="100" value="50" data-viewer="slider"></label>
  <div class="viewer__strip" role="group" aria-label="{texts.escaped("viewer.strip")}" data-viewer="strip"></div>
</dialog>"""
