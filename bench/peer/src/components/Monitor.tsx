import { useDeferredValue, useEffect, useState } from "react";
import { NOTHING } from "../data/filter";
import { queryClient } from "../data/queries";
import { useRealtimeNotifications } from "../realtime/useRealtimeNotifications";
import { signOut } from "../session/session";
import { Balance } from "./Balance";
import { ConnectionBadge } from "./ConnectionBadge";
import { FilterBar } from "./FilterBar";
import { Icon } from "./Icon";
import { JobPanel } from "./JobPanel";

export function Monitor() {
  const refresh = useRealtimeNotifications();
  const [filter, setFilter] = useState(NOTHING);
  // A key is shown at once; the lists follow in time that can be interrupted.
  const deferred = useDeferredValue(filter);
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
      <FilterBar filter={filter} onChange={setFilter} />
      <main className="lists">
        <JobPanel kind="task" title="Tasks" filter={deferred} />
        <JobPanel kind="ability-task" title="Ability tasks" filter={deferred} />
      </main>
    </>
  );
}
