// Lets the copy button work on plain http (report 42): there the browser has no navigator.clipboard, only the older way,
// which copies what is selected. A field with the text is selected for a moment, where an open dialog allows it to be.

const focused = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  return element;
};

const writeText = async (text) => {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "visually-hidden";
  const before = focused();
  // Everything outside of an open modal dialog is inert, and cannot be selected.
  const place = [...document.querySelectorAll("dialog[open], wa-dialog[open], wa-drawer[open]")].at(-1);
  (place ?? document.body).append(field);
  try {
    field.focus({ preventScroll: true });
    field.select();
    if (!document.execCommand("copy")) {
      throw new DOMException("the browser did not copy", "NotAllowedError");
    }
  } finally {
    field.remove();
    before?.focus({ preventScroll: true });
  }
};

if (!navigator.clipboard) {
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
}
