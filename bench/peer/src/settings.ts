import type { JobKind } from "./wire/jobs";

const query = new URLSearchParams(location.search);

export const DISABLE_WS = query.get("podi.disable_ws") === "true";

/** What reaches the screen: at once, then at most twice a second. */
export const FLUSH_EVERY_MS = 500;

export const RECONCILE_EVERY_MS = 60_000;
export const ANSWER_WITHIN_MS = 30_000;
export const RENEW_BEFORE_EXPIRY_MS = 60_000;

/** Only the newest active jobs are asked for. */
export const POLL_WINDOW = 50;

export const LARGEST_PAGE: Record<JobKind, number> = { task: 50, "ability-task": 200 };

const CADENCE_MS: Record<JobKind, readonly [few: number, some: number, many: number]> = {
  task: [1_000, 2_000, 3_000],
  "ability-task": [1_000, 2_000, 5_000],
};

/** The poll interval by number of active jobs; `false` when nothing is active. */
export function pollInterval(kind: JobKind, active: number): number | false {
  if (active === 0) return false;
  const [few, some, many] = CADENCE_MS[kind];
  return active < 3 ? few : active <= 10 ? some : many;
}
