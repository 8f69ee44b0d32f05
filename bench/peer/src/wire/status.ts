export type Status = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "unknown";

const WORDS: ReadonlyMap<string, Status> = new Map([
  ...["queued", "pending", "created", "blocked"].map((word) => [word, "queued"] as const),
  ...["running", "processing", "in_progress"].map((word) => [word, "running"] as const),
  ...["succeeded", "completed", "success"].map((word) => [word, "succeeded"] as const),
  ...["failed", "failure", "error"].map((word) => [word, "failed"] as const),
  ...["cancelled", "canceled"].map((word) => [word, "cancelled"] as const),
]);

/** How far along a status is; between two words without a time, the further one holds. */
export const RANK: Record<Status, number> = {
  queued: 0,
  unknown: 1,
  running: 2,
  cancelled: 3,
  failed: 4,
  succeeded: 5,
};

export function parseStatus(word: string): Status {
  return WORDS.get(word) ?? WORDS.get(word.trim().toLowerCase()) ?? "unknown";
}

export function isTerminal(status: Status): boolean {
  return RANK[status] >= RANK.cancelled;
}
