import { useEffect } from "react";
import { queryClient } from "../data/queries";
import { useRealtimeNotifications } from "../realtime/useRealtimeNotifications";
import { signOut } from "../session/session";
import { Balance } from "./Balance";
import { ConnectionBadge } from "./ConnectionBadge";
import { Icon } from "./Icon";
import { JobPanel } from "./JobPanel";

export function Monitor() {
  const refresh = useRealtimeNotifications();
  useEffect(() => () => queryClient.clear(), []);
  return (
    <>
      <header className="bar">
        <strong>podi</strong>
        <ConnectionBadge />
        <button type="button" data-podi="refresh" aria-label="Refresh" onClick={refresh}>
          <Icon name="refresh" />
        </button>
        <Balance />
        <button type="button" data-podi="sign-out" onClick={signOut}>
          Sign out
        </button>
      </header>
      <main className="lists">
        <JobPanel kind="task" title="Tasks" />
        <JobPanel kind="ability-task" title="Ability tasks" />
      </main>
    </>
  );
}
