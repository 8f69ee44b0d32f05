import type { Job } from "../wire/jobs";
import { isTerminal, RANK } from "../wire/status";

/** An immutable collection of jobs: a row whose job did not change keeps its object, so that it need not render. */
export interface JobList {
  /** Newest first. */
  readonly ids: readonly string[];
  readonly byId: ReadonlyMap<string, Job>;
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface Change {
  readonly job: Job;
  readonly before?: Job;
}

export const EMPTY: JobList = { ids: [], byId: new Map(), active: 0, succeeded: 0, failed: 0 };

export function isActive(job: Job): boolean {
  return !job.gone && !isTerminal(job.status);
}

/** Whether an update of a job is to be believed over what is known of it. */
function supersedes(known: Job, update: Job): boolean {
  if (isTerminal(known.status) && !isTerminal(update.status)) return false;
  if (known.updatedAt !== undefined && update.updatedAt !== undefined) return update.updatedAt >= known.updatedAt;
  if (isTerminal(update.status)) return true;
  return (
    RANK[update.status] > RANK[known.status] ||
    (update.status === known.status && (update.progress ?? 0) >= (known.progress ?? 0))
  );
}

/** The job after an update; the same object if it changes nothing. */
export function mergeJob(known: Job, update: Job): Job {
  if (!supersedes(known, update)) return known;
  let merged: Job | undefined;
  for (const key of Object.keys(update) as (keyof Job)[]) {
    const value = update[key];
    if (value !== undefined && value !== known[key]) {
      merged ??= { ...known, gone: false };
      Object.assign(merged, { [key]: value });
    }
  }
  return merged ?? known;
}

/** Apply updates to a list. Jobs that are not in it are added only with `add`, for what the server lists as ours. */
export function applyUpdates(list: JobList, updates: Iterable<Job>, add: boolean): { list: JobList; changes: Change[] } {
  const changes: Change[] = [];
  const byId = new Map(list.byId);
  let { active, succeeded, failed } = list;
  let reordered = false;
  const count = (job: Job, step: 1 | -1) => {
    if (isActive(job)) active += step;
    else if (job.status === "succeeded") succeeded += step;
    else if (job.status === "failed") failed += step;
  };
  for (const item of updates) {
    const before = byId.get(item.id);
    if (before === undefined && !add) continue;
    const job = before === undefined ? item : mergeJob(before, item);
    if (job === before) continue;
    byId.set(job.id, job);
    changes.push({ job, before });
    if (before === undefined || before.createdAt !== job.createdAt) reordered = true;
    if (before !== undefined) count(before, -1);
    count(job, 1);
  }
  if (changes.length === 0) return { list, changes };
  const ids = reordered ? newestFirst(byId) : list.ids;
  return { list: { ids, byId, active, succeeded, failed }, changes };
}

function newestFirst(byId: ReadonlyMap<string, Job>): string[] {
  return [...byId.values()]
    .sort((a, b) => (b.createdAt ?? Infinity) - (a.createdAt ?? Infinity) || (a.id < b.id ? -1 : 1))
    .map((job) => job.id);
}

/** The newest active jobs, at most `most`. */
export function newestActive(list: JobList, most: number): string[] {
  const found: string[] = [];
  for (const id of list.ids) {
    if (found.length === most) break;
    const job = list.byId.get(id);
    if (job !== undefined && isActive(job)) found.push(id);
  }
  return found;
}
