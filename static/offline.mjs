// Has the service worker of a built site keep this version on the device, and announces new ones; `make site` puts it into
// the page. It waits for the page to have started, so as not to compete with it.
//
// `podi:new-version` on window says that a new version is there, whole; `podi.takeVersion()` reloads the page with it.
// Nothing reloads by itself. `?podi.worker=off` takes everything off the device again. `podi.site` says how it stands.
const CHECK_EVERY_MS = 30 * 60_000;

const root = document.documentElement;
const podi = (globalThis.podi ??= {});
const site = (podi.site = { version: new URL("../", import.meta.url).pathname.split("/").at(-2), kept: false, reason: "" });

const started = new Promise((resolve) => {
  const look = () => root.dataset.podiState !== "booting" && resolve();
  new MutationObserver(look).observe(root, { attributeFilter: ["data-podi-state"] });
  look();
});

const leave = async () => {
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    await registration.unregister();
  }
  await caches.delete("podi-site");
  site.reason = "switched off by the address";
};

const offer = (registration) => {
  podi.takeVersion = () => {
    // Another tab may have taken it meanwhile.
    const { waiting } = registration;
    if (waiting) {
      // Of a page that no worker serves yet, the worker's own word is all there is.
      const [source, kind] = navigator.serviceWorker.controller
        ? [navigator.serviceWorker, "controllerchange"]
        : [waiting, "statechange"];
      source.addEventListener(kind, () => location.reload(), { once: true });
      waiting.postMessage("take over");
    } else {
      location.reload();
    }
  };
  dispatchEvent(new CustomEvent("podi:new-version"));
};

const watch = (registration, worker) => {
  const look = () => {
    if (worker.state === "installed" && registration.active) {
      offer(registration);
    } else if (worker.state === "activated") {
      site.kept = true;
    }
  };
  worker.addEventListener("statechange", look);
  look();
};

// Browsers with Trusted Types register no worker by a mere string; tools/page_policy.py names this policy.
const trusted = globalThis.trustedTypes?.createPolicy("podi-offline", { createScriptURL: (address) => address });

const keep = async () => {
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.podi === "not kept") {
      site.reason = `${data.version}: ${data.reason}`;
    }
  });
  navigator.serviceWorker.startMessages();
  const worker = new URL("../../../service_worker.js", import.meta.url).href;
  const registration = await navigator.serviceWorker.register(trusted?.createScriptURL(worker) ?? worker, {
    updateViaCache: "none",
  });
  registration.addEventListener("updatefound", () => watch(registration, registration.installing));
  for (const worker of [registration.active, registration.installing, registration.waiting]) {
    if (worker) {
      watch(registration, worker);
    }
  }
  setInterval(() => registration.update().catch(() => {}), CHECK_EVERY_MS);
};

if (!globalThis.isSecureContext || !("serviceWorker" in navigator)) {
  site.reason = "this browser keeps no pages for this address";
} else {
  const off = new URLSearchParams(location.search).get("podi.worker") === "off";
  // A device that refuses storage, or has none left, has the page from the server as before.
  started.then(off ? leave : keep).catch((error) => {
    site.reason = String(error?.message ?? error);
  });
}
