import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useLayoutEffect, useMemo, useRef } from "react";
import { type Filter, filtered, wordsOf } from "../data/filter";
import { EMPTY } from "../data/jobList";
import { useJobs } from "../data/queries";
import type { JobKind } from "../wire/jobs";
import { JobRow } from "./JobRow";

const ROW_PX = 64;
const OVERSCAN = 8;

const rowHeight = () => ROW_PX;

function Panel({ kind, title, filter }: { kind: JobKind; title: string; filter: Filter }) {
  const { data: all = EMPTY, isError, isPending } = useJobs(kind);
  const data = useMemo(() => filtered(all, kind, filter), [all, kind, filter]);
  const words = useMemo(() => wordsOf(filter), [filter]);
  const { ids, byId } = data;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: useCallback(() => scroller.current, []),
    estimateSize: rowHeight,
    getItemKey: useCallback((index: number) => ids[index] ?? index, [ids]),
    overscan: OVERSCAN,
  });
  // Another query begins at the top of what it finds.
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [filter]);
  return (
    <section className="panel" aria-label={title} aria-busy={isPending}>
      <header className="panel-head">
        <h2>{title}</h2>
        <ul className="counts">
          <li>{data.active} active</li>
          <li>{data.succeeded} succeeded</li>
          <li>{data.failed} failed</li>
        </ul>
      </header>
      {ids.length === 0 && all.ids.length > 0 && <p className="banner">Nothing found.</p>}
      {isError && <p className="banner">The list could not be renewed; this is its last known state.</p>}
      <div ref={scroller} className="rows" tabIndex={-1}>
        <div role="list" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const job = byId.get(ids[item.index] ?? "");
            return job && <JobRow key={item.key} job={job} top={item.start} words={words} />;
          })}
        </div>
      </div>
    </section>
  );
}

export const JobPanel = memo(Panel);
