import { notifyManager } from "@tanstack/react-query";
import { dispatchLog, dispatchMove } from "../data/events";
import { mergeJob } from "../data/jobList";
import { completeJobs, POINTS_KEY, pushJobs, queryClient } from "../data/queries";
import { FLUSH_EVERY_MS } from "../settings";
import type { Points } from "../wire/account";
import type { Frame, LogNotice, WalletMove } from "../wire/frames";
import type { Job, JobKind } from "../wire/jobs";

/** Collects what was pushed, the latest state per job, and flushes it at once and then at most twice a second. */
export class Inbox {
  #jobs: Record<JobKind, Map<string, Job>> = { task: new Map(), "ability-task": new Map() };
  #moves: WalletMove[] = [];
  #logs: LogNotice[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #openAt = 0;

  take(frame: Frame): void {
    switch (frame.type) {
      case "task.status":
      case "ability-task.status": {
        const update = frame.payload;
        const waiting = this.#jobs[update.kind];
        const known = waiting.get(update.id);
        waiting.set(update.id, known === undefined ? update : mergeJob(known, update));
        break;
      }
      case "wallet.points":
        this.#moves.push(frame.payload);
        break;
      case "ability-log.created":
        this.#logs.push(frame.payload);
        break;
      default:
        return;
    }
    this.#timer ??= setTimeout(this.#flush, Math.max(0, this.#openAt - performance.now()));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #flush = (): void => {
    this.#timer = undefined;
    this.#openAt = performance.now() + FLUSH_EVERY_MS;
    const { task, "ability-task": abilityTask } = this.#jobs;
    const moves = this.#moves;
    const logs = this.#logs;
    this.#jobs = { task: new Map(), "ability-task": new Map() };
    this.#moves = [];
    this.#logs = [];
    notifyManager.batch(() => {
      this.#push("task", task);
      this.#push("ability-task", abilityTask);
      this.#move(moves);
    });
    moves.forEach(dispatchMove);
    logs.forEach(dispatchLog);
  };

  #push(kind: JobKind, updates: ReadonlyMap<string, Job>): void {
    if (updates.size === 0) return;
    const incomplete = pushJobs(kind, updates.values())
      .filter(({ job }) => job.status === "succeeded" && job.preview === undefined && job.text === undefined)
      .map(({ job }) => job.id);
    if (incomplete.length > 0) void completeJobs(kind, incomplete).catch(() => undefined);
  }

  #move(moves: readonly WalletMove[]): void {
    const last = moves.at(-1);
    if (last === undefined) return;
    const { balance } = last;
    if (balance != null) {
      queryClient.setQueryData<Points>(POINTS_KEY, (points) => points && { ...points, totalPoints: balance });
    }
    // A frame has the balance alone; the rest of the account is read.
    void queryClient.invalidateQueries({ queryKey: POINTS_KEY }, { cancelRefetch: false });
  }
}
