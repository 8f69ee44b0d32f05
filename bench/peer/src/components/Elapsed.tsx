import { isActive } from "../data/jobList";
import type { Job } from "../wire/jobs";
import { useNow } from "./useNow";

function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = `${String(minutes % 60).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)}:${rest}`;
}

function Running({ since }: { since: number }) {
  return clock(useNow() - since);
}

/** How long a job has been waiting or running, or took. */
export function Elapsed({ job }: { job: Job }) {
  const since = job.startedAt ?? job.createdAt;
  if (isActive(job)) return since === undefined ? null : <Running since={since} />;
  if (job.durationMs !== undefined) return clock(job.durationMs);
  const until = job.finishedAt ?? job.updatedAt;
  return since === undefined || until === undefined ? null : clock(until - since);
}
