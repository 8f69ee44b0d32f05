import { jobsKey, queryClient } from "../data/queries";
import { type Transport, useTransport } from "../realtime/transport";
import { useNow } from "./useNow";

const WORDS: Record<Transport, string> = {
  push: "Live",
  connecting: "Connecting",
  polling: "Polling",
  paused: "Paused",
  offline: "Offline",
  off: "Signed out",
};

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

function Age() {
  const now = useNow();
  const updatedAt = queryClient.getQueryState(jobsKey("ability-task"))?.dataUpdatedAt;
  return updatedAt ? <span className="muted">{age(now - updatedAt)}</span> : null;
}

export function ConnectionBadge() {
  const transport = useTransport();
  return (
    <div className="connection" data-podi="connection" data-transport={transport}>
      <span role="status">{WORDS[transport]}</span> {transport !== "off" && <Age />}
    </div>
  );
}
