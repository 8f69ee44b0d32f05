import { memo } from "react";
import { isActive } from "../data/jobList";
import type { Job } from "../wire/jobs";
import type { Status } from "../wire/status";
import { Elapsed } from "./Elapsed";
import { Icon } from "./Icon";
import { Marked } from "./Marked";

const LABELS: Record<Status, string> = {
  queued: "Queued",
  running: "Running",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
  unknown: "Unknown",
};

interface JobRowProps {
  job: Job;
  top: number;
  words: readonly string[];
}

function Row({ job, top, words }: JobRowProps) {
  const { status, progress } = job;
  const active = isActive(job);
  const name = job.name ?? job.abilityId ?? job.id;
  const moving = active && (progress !== undefined || status === "running");
  return (
    <div
      className="row"
      role="listitem"
      data-task-id={job.id}
      data-kind={job.kind}
      data-status={status}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span className="row-thumb">
        {job.preview === undefined ? (
          <Icon name={job.kind === "task" ? "image" : "bolt"} />
        ) : (
          <img src={job.preview} alt={`Result of ${name}`} width={44} height={44} loading="lazy" decoding="async" />
        )}
      </span>
      <div className="row-main">
        <a className="row-name" href={`#/tasks/${encodeURIComponent(job.id)}`}>
          <Marked text={name} words={words} />
        </a>
        <div className="row-line">
          <span className="status">
            <Icon name={status} />
            {status === "unknown" && !job.gone ? job.word : LABELS[status]}
          </span>
          {moving && (
            <progress
              className="meter"
              role="progressbar"
              aria-label="Progress"
              max={100}
              value={progress}
              aria-valuenow={progress}
            />
          )}
          {moving && progress !== undefined && <span className="num">{progress}%</span>}
          {!active && job.error !== undefined && (
            <span className="row-error">
              <Marked text={job.error} words={words} />
            </span>
          )}
          <span className="row-meta">{job.executor !== undefined && <Marked text={job.executor} words={words} />}</span>
          {job.preview === undefined && job.text !== undefined && <span className="row-text">{job.text}</span>}
        </div>
      </div>
      <div className="row-side num">
        <span>
          <Elapsed job={job} />
        </span>
        <span>{job.points === undefined ? null : `${job.points} pts`}</span>
      </div>
    </div>
  );
}

export const JobRow = memo(Row);
