import { z } from "zod";
import { parseStatus, type Status } from "./status";

export type JobKind = "task" | "ability-task";

/** A task or an ability task as the page shows it. Moments are milliseconds since the epoch. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly status: Status;
  /** The server's own word for the status. */
  readonly word: string;
  readonly name?: string;
  readonly abilityId?: string;
  readonly progress?: number;
  readonly executor?: string;
  readonly points?: number;
  readonly preview?: string;
  readonly text?: string;
  readonly error?: string;
  readonly durationMs?: number;
  readonly createdAt?: number;
  readonly startedAt?: number;
  readonly updatedAt?: number;
  readonly finishedAt?: number;
  /** The server no longer knows this job. */
  readonly gone?: boolean;
}

/** The backend writes some resources in snake_case; this is the only place that knows. */
function camelKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (!keys.some((key) => key.includes("_"))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), item]),
  );
}

const text = z.string().nullish().catch(undefined);
const number = z.number().nullish().catch(undefined);
const id = z.union([z.string(), z.number().transform(String)]);

const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/;

/** Naive times are UTC. */
const moment = z
  .string()
  .transform((value) => {
    const at = Date.parse(ZONED.test(value) ? value : `${value}Z`);
    return Number.isNaN(at) ? undefined : at;
  })
  .nullish()
  .catch(undefined);

const SAFE_URL = /^(?:https?:\/\/[^\s/]|\/(?!\/)|\.\/|data:image\/(?:png|jpeg|webp|gif);|blob:)/i;

function safeUrl(url: string | null | undefined): string | undefined {
  return url && SAFE_URL.test(url) ? url : undefined;
}

export const taskSchema = z.preprocess(
  camelKeys,
  z
    .object({
      taskId: id,
      status: z.string(),
      progress: number,
      action: text,
      channel: text,
      points: number,
      resultUrl: text,
      errorMessage: text,
      createdAt: moment,
      updatedAt: moment,
      finishedAt: moment,
    })
    .transform(
      (wire): Job => ({
        id: wire.taskId,
        kind: "task",
        status: parseStatus(wire.status),
        word: wire.status,
        name: wire.action ?? undefined,
        progress: wire.progress == null ? undefined : Math.round(Math.min(100, Math.max(0, wire.progress))),
        executor: wire.channel ?? undefined,
        points: wire.points ?? undefined,
        preview: safeUrl(wire.resultUrl),
        error: wire.errorMessage ?? undefined,
        createdAt: wire.createdAt ?? undefined,
        updatedAt: wire.updatedAt ?? undefined,
        finishedAt: wire.finishedAt ?? undefined,
      }),
    ),
);

const asset = z.object({ ossUrl: text, url: text });
const resultSchema = z
  .object({ images: z.array(asset).nullish(), texts: z.array(z.string()).nullish() })
  .nullish()
  .catch(undefined);
const requestSchema = z
  .preprocess(camelKeys, z.object({ executorId: text }))
  .nullish()
  .catch(undefined);

export const abilityTaskSchema = z.preprocess(
  camelKeys,
  z
    .object({
      id: id.optional(),
      taskId: id.optional(),
      abilityId: text,
      abilityName: text,
      status: z.string(),
      executorId: text,
      points: number,
      durationMs: number,
      requestPayload: requestSchema,
      resultPayload: resultSchema,
      errorMessage: text,
      createdAt: moment,
      updatedAt: moment,
      startedAt: moment,
      finishedAt: moment,
    })
    .transform((wire, context): Job => {
      const id = wire.id ?? wire.taskId;
      if (id === undefined) {
        context.addIssue({ code: "custom", message: "an ability task without an id" });
        return z.NEVER;
      }
      const image = wire.resultPayload?.images?.[0];
      return {
        id,
        kind: "ability-task",
        status: parseStatus(wire.status),
        word: wire.status,
        name: wire.abilityName ?? undefined,
        abilityId: wire.abilityId ?? undefined,
        executor: (wire.executorId ?? wire.requestPayload?.executorId)?.replace(/^executor_/, ""),
        points: wire.points ?? undefined,
        preview: safeUrl(image?.ossUrl ?? image?.url),
        text: wire.resultPayload?.texts?.[0],
        error: wire.errorMessage ?? undefined,
        durationMs: wire.durationMs ?? undefined,
        createdAt: wire.createdAt ?? undefined,
        updatedAt: wire.updatedAt ?? undefined,
        startedAt: wire.startedAt ?? undefined,
        finishedAt: wire.finishedAt ?? undefined,
      };
    }),
);

/** A list whose unreadable items are left out. */
function listOf(item: typeof taskSchema | typeof abilityTaskSchema) {
  return z
    .object({ items: z.array(item.nullable().catch(null)) })
    .transform(({ items }): Job[] => items.filter((job) => job !== null));
}

export const listSchemas: Record<JobKind, z.ZodType<Job[]>> = {
  task: listOf(taskSchema),
  "ability-task": listOf(abilityTaskSchema),
};

export const jobSchemas: Record<JobKind, z.ZodType<Job>> = { task: taskSchema, "ability-task": abilityTaskSchema };
