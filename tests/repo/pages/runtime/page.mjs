const text = (id, value) => {
  document.getElementById(id).textContent = value;
};
document.getElementById("open").addEventListener("click", () => {
  document.querySelector("wa-drawer").open = true;
});
document.querySelector("wa-copy-button").addEventListener("wa-copy", async () => {
  text("pasted", await navigator.clipboard.readText());
});
// One of the names that the page's policy has; the app, whose it is, is not in this page.
const policy = trustedTypes.createPolicy("podi", { createScriptURL: (address) => address });
const worker = new Worker(policy.createScriptURL("worker.mjs"), { type: "module" });
worker.addEventListener("message", ({ data }) => text("worker", data));
worker.addEventListener("error", ({ message }) => text("worker", `error: ${message}`));
