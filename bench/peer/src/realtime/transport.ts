import { useSyncExternalStore } from "react";

/** How updates reach the page. */
export type Transport = "push" | "connecting" | "polling" | "paused" | "offline" | "off";

let transport: Transport = "off";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setTransport(next: Transport): void {
  if (next === transport) return;
  transport = next;
  document.documentElement.dataset.podiTransport = next;
  for (const listener of listeners) listener();
}

export function useTransport(): Transport {
  return useSyncExternalStore(subscribe, () => transport);
}
