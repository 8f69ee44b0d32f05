// The kill switch, served as /service_worker.js: ends the worker that a built site left on a device, with all it kept.
"use strict";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const end = async () => {
    await caches.delete("podi-site");
    await self.registration.unregister();
  };
  event.waitUntil(end());
});
