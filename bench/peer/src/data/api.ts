import { ANSWER_WITHIN_MS } from "../settings";
import { currentSession, renewSession, type Session, signOut } from "../session/session";
import { type Points, pointsSchema } from "../wire/account";
import { type Job, type JobKind, jobSchemas, listSchemas } from "../wire/jobs";

export class HttpError extends Error {
  readonly status: number;
  /** `Retry-After` in milliseconds. */
  readonly retryAfterMs: number;

  constructor(status: number, retryAfter: string | null) {
    super(`HTTP ${status}`);
    this.status = status;
    const seconds = Number(retryAfter ?? 0);
    this.retryAfterMs = Number.isFinite(seconds) ? Math.min(300, Math.max(0, seconds)) * 1000 : 0;
  }
}

async function get(path: (session: Session) => string, signal: AbortSignal): Promise<unknown> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const ask = (session: Session) =>
    fetch(path(session), {
      headers: { accept: "application/json", authorization: `Bearer ${session.tokens.accessToken}` },
      signal: within,
    });
  let answer = await ask(await currentSession());
  if (answer.status === 401) {
    answer = await ask(await renewSession());
    if (answer.status === 401) signOut();
  }
  if (!answer.ok) throw new HttpError(answer.status, answer.headers.get("retry-after"));
  return answer.json();
}

const BASE: Record<JobKind, string> = { task: "/api/tasks/v1", "ability-task": "/api/ability-tasks" };

/** The newest jobs, newest first. */
export async function fetchJobs(kind: JobKind, limit: number, signal: AbortSignal): Promise<Job[]> {
  const path = (session: Session) =>
    kind === "task"
      ? `${BASE[kind]}?${new URLSearchParams({ userId: session.userId, page: "0", size: String(limit) })}`
      : `${BASE[kind]}?limit=${limit}`;
  return listSchemas[kind].parse(await get(path, signal));
}

export async function fetchJob(kind: JobKind, id: string, signal: AbortSignal): Promise<Job> {
  return jobSchemas[kind].parse(await get(() => `${BASE[kind]}/${encodeURIComponent(id)}`, signal));
}

export async function fetchPoints(signal: AbortSignal): Promise<Points> {
  return pointsSchema.parse(
    await get((session) => `/api/wallet/v1/statistics?${new URLSearchParams({ userId: session.userId })}`, signal),
  );
}
