const text = (id, value) => {
  document.getElementById(id).textContent = value;
};
document.getElementById("open").addEventListener("click", () => {
  document.querySelector("wa-drawer").open = true;
});
document.querySelector("wa-copy-button").addEventListener("wa-copy", async () => {
  text("pasted", await navigator.clipboard.readText());
});
const worker = new Worker("worker.mjs", { type: "module" });
worker.addEventListener("message", ({ data }) => text("worker", data));
worker.addEventListener("error", ({ message }) => text("worker", `error: ${message}`));
