import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTransport } from "../realtime/transport";
import { ANSWER_WITHIN_MS, LARGEST_PAGE, POLL_WINDOW, pollInterval, RECONCILE_EVERY_MS } from "../settings";
import type { Points } from "../wire/account";
import type { Job, JobKind } from "../wire/jobs";
import { fetchJob, fetchJobs, fetchPoints, HttpError } from "./api";
import { dispatchChanges } from "./events";
import { applyUpdates, type Change, EMPTY, isActive, type JobList, newestActive } from "./jobList";

export const POINTS_KEY = ["points"] as const;

export function jobsKey(kind: JobKind): readonly ["jobs", JobKind] {
  return ["jobs", kind];
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Lists keep the identity of unchanged jobs by themselves, and a deep comparison of thousands of rows is not free.
      structuralSharing: false,
      staleTime: Infinity,
      refetchOnWindowFocus: "always",
      refetchOnReconnect: "always",
      retry: (_, error) => !(error instanceof HttpError && error.status < 500 && error.status !== 429),
      retryDelay: (attempt, error) =>
        Math.max(Math.min(30_000, 1000 * 2 ** attempt), error instanceof HttpError ? error.retryAfterMs : 0),
    },
  },
});

/** Read the newest jobs, and those of the window that are not among them. */
async function readJobs(kind: JobKind, everything: boolean, signal: AbortSignal): Promise<JobList> {
  const key = jobsKey(kind);
  const listed = await fetchJobs(kind, everything ? LARGEST_PAGE[kind] : POLL_WINDOW, signal);
  const seen = new Set(listed.map((job) => job.id));
  const known = queryClient.getQueryData<JobList>(key) ?? EMPTY;
  const missing = newestActive(known, POLL_WINDOW).filter((id) => !seen.has(id));
  const read = await Promise.all(missing.map((id) => readOne(kind, id, known, signal)));
  // Push may have brought updates meanwhile, so the answer is merged into what is known now.
  const { list, changes } = applyUpdates(queryClient.getQueryData<JobList>(key) ?? EMPTY, [...listed, ...read], true);
  dispatchChanges(changes);
  if (changes.some(({ job, before }) => before !== undefined && isActive(before) && !isActive(job))) {
    void queryClient.invalidateQueries({ queryKey: POINTS_KEY });
  }
  return list;
}

async function readOne(kind: JobKind, id: string, known: JobList, signal: AbortSignal): Promise<Job> {
  try {
    return await fetchJob(kind, id, signal);
  } catch (error) {
    const job = known.byId.get(id);
    if (job !== undefined && error instanceof HttpError && error.status === 404) {
      return { ...job, status: "unknown", gone: true };
    }
    throw error;
  }
}

/** A list of jobs: pushed to while push is up, polled at the pace of its active jobs while it is not. */
export function useJobs(kind: JobKind): UseQueryResult<JobList> {
  const pushed = useTransport() === "push";
  return useQuery({
    queryKey: jobsKey(kind),
    queryFn: ({ signal }) => {
      const everything = pushed || queryClient.getQueryData(jobsKey(kind)) === undefined;
      return readJobs(kind, everything, signal);
    },
    refetchInterval: useCallback(
      (query: { state: { data: JobList | undefined } }) =>
        pushed ? RECONCILE_EVERY_MS : pollInterval(kind, query.state.data?.active ?? 0),
      [kind, pushed],
    ),
  });
}

/** Read jobs that push brought in part, such as an end without its result: by one list where that spares requests. */
export async function completeJobs(kind: JobKind, ids: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const known = queryClient.getQueryData<JobList>(jobsKey(kind)) ?? EMPTY;
  const listed = ids.length > 2 ? await fetchJobs(kind, LARGEST_PAGE[kind], signal) : [];
  const seen = new Set(listed.map((job) => job.id));
  const rest = ids.filter((id) => !seen.has(id));
  const read = await Promise.all(rest.map((id) => readOne(kind, id, known, signal)));
  pushJobs(kind, [...listed, ...read]);
}

/** Put pushed updates into the cache. */
export function pushJobs(kind: JobKind, updates: Iterable<Job>): readonly Change[] {
  const key = jobsKey(kind);
  const { list, changes } = applyUpdates(queryClient.getQueryData<JobList>(key) ?? EMPTY, updates, false);
  if (changes.length > 0) queryClient.setQueryData(key, list);
  dispatchChanges(changes);
  return changes;
}

export function usePoints(): UseQueryResult<Points> {
  const pushed = useTransport() === "push";
  return useQuery({
    queryKey: POINTS_KEY,
    queryFn: ({ signal }) => fetchPoints(signal),
    placeholderData: keepPreviousData,
    refetchInterval: pushed ? RECONCILE_EVERY_MS : false,
  });
}

/** Read everything anew. */
export function refreshAll(): void {
  void queryClient.invalidateQueries();
}
