import type { ChangeEvent } from "react";
import { addressOf, type Filter, NOTHING, type Order } from "../data/filter";
import type { JobKind } from "../wire/jobs";
import type { Status } from "../wire/status";

const STATUSES: readonly Status[] = ["queued", "running", "succeeded", "failed", "cancelled"];
const KINDS: Record<JobKind, string> = { task: "Tasks", "ability-task": "Ability tasks" };
const ORDERS: Record<Order, string> = { created: "Newest first", elapsed: "Longest first", name: "By name" };

interface FilterBarProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function FilterBar({ filter, onChange }: FilterBarProps) {
  const change = (part: Partial<Filter>, entry: boolean) => {
    const changed = { ...filter, ...part };
    const empty = !changed.text && changed.statuses.length === 0 && !changed.kind && changed.order === "created";
    const next = empty ? NOTHING : changed;
    // Chosen conditions are entries of the history, typing is not.
    if (entry) history.pushState(null, "", addressOf(next));
    else history.replaceState(null, "", addressOf(next));
    onChange(next);
  };
  const chosen = (event: ChangeEvent<HTMLSelectElement>) => event.target.value;
  return (
    <div className="finder" role="search">
      <input
        type="search"
        name="q"
        aria-label="Search"
        placeholder="Search"
        value={filter.text}
        onChange={(event) => change({ text: event.target.value }, false)}
      />
      <select
        aria-label="Status"
        value=""
        onChange={(event) => change({ statuses: [...new Set([...filter.statuses, chosen(event) as Status])] }, true)}
      >
        <option value="">Status</option>
        {STATUSES.map((status) => (
          <option key={status}>{status}</option>
        ))}
      </select>
      <select
        aria-label="Kind"
        value={filter.kind}
        onChange={(event) => change({ kind: chosen(event) as JobKind | "" }, true)}
      >
        <option value="">Both kinds</option>
        {Object.entries(KINDS).map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </select>
      <select
        aria-label="Sort"
        value={filter.order}
        onChange={(event) => change({ order: chosen(event) as Order }, true)}
      >
        {Object.entries(ORDERS).map(([order, label]) => (
          <option key={order} value={order}>
            {label}
          </option>
        ))}
      </select>
      {filter.statuses.map((status) => (
        <button
          key={status}
          type="button"
          className="chip"
          aria-label={`Remove filter: ${status}`}
          onClick={() => change({ statuses: filter.statuses.filter((each) => each !== status) }, true)}
        >
          {status} ×
        </button>
      ))}
    </div>
  );
}
