import type { LogNotice, WalletMove } from "../wire/frames";
import type { JobKind } from "../wire/jobs";
import type { Change } from "./jobList";

const STATUS_EVENT: Record<JobKind, string> = {
  task: "podi:task-status",
  "ability-task": "podi:ability-task-status",
};

/** Dispatch to the page's other scripts what was accepted. */
export function dispatchChanges(changes: readonly Change[]): void {
  for (const { job } of changes) {
    const { id, kind, word: _, ...rest } = job;
    window.dispatchEvent(new CustomEvent(STATUS_EVENT[kind], { detail: { taskId: id, ...rest } }));
  }
}

export function dispatchMove(move: WalletMove): void {
  window.dispatchEvent(new CustomEvent("podi:wallet-points", { detail: move }));
}

export function dispatchLog(log: LogNotice): void {
  window.dispatchEvent(new CustomEvent("podi:ability-log-created", { detail: log }));
}
