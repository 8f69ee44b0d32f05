import type { Job, JobKind } from "../wire/jobs";
import type { Status } from "../wire/status";
import { isActive, type JobList } from "./jobList";

export type Order = "created" | "elapsed" | "name";

/** What is looked for: every word anywhere in a job's texts, one of the statuses, one kind, in an order. */
export interface Filter {
  readonly text: string;
  readonly statuses: readonly Status[];
  readonly kind: JobKind | "";
  readonly order: Order;
}

export const NOTHING: Filter = { text: "", statuses: [], kind: "", order: "created" };

/** A job that did not change is searched in the text that was made for it once. */
const texts = new WeakMap<Job, string>();

function searched(job: Job): string {
  let text = texts.get(job);
  if (text === undefined) {
    text = [job.id, job.name, job.abilityId, job.executor, job.error, job.text, job.word].join("\n").toLowerCase();
    texts.set(job, text);
  }
  return text;
}

export function wordsOf(filter: Filter): string[] {
  return filter.text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The list with the jobs that match alone, and their counts; the same object if nothing is looked for. */
export function filtered(list: JobList, kind: JobKind, filter: Filter): JobList {
  if (filter === NOTHING) return list;
  const words = wordsOf(filter);
  const jobs: Job[] = [];
  const counts = { active: 0, succeeded: 0, failed: 0 };
  if (filter.kind === "" || filter.kind === kind) {
    for (const id of list.ids) {
      const job = list.byId.get(id);
      if (job === undefined) continue;
      if (filter.statuses.length > 0 && !filter.statuses.includes(job.status)) continue;
      const text = searched(job);
      if (!words.every((word) => text.includes(word))) continue;
      jobs.push(job);
      if (isActive(job)) counts.active += 1;
      else if (job.status === "succeeded") counts.succeeded += 1;
      else if (job.status === "failed") counts.failed += 1;
    }
  }
  if (filter.order === "name") jobs.sort((a, b) => (a.name ?? "").localeCompare(b.name ?? ""));
  if (filter.order === "elapsed") jobs.sort((a, b) => elapsed(b) - elapsed(a));
  return { ids: jobs.map((job) => job.id), byId: list.byId, ...counts };
}

function elapsed(job: Job): number {
  return (job.finishedAt ?? Date.now()) - (job.startedAt ?? job.createdAt ?? 0);
}

/** The filter as the address has it. */
export function addressOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.text) query.set("q", filter.text);
  for (const status of filter.statuses) query.append("status", status);
  if (filter.kind) query.set("kind", filter.kind);
  if (filter.order !== "created") query.set("sort", filter.order);
  return `#/tasks${query.size > 0 ? `?${query}` : ""}`;
}
