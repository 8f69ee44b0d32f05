import { z } from "zod";
import { abilityTaskSchema, taskSchema } from "./jobs";

const walletSchema = z.object({
  taskId: z.string().nullish(),
  status: z.string(),
  balance: z.number().nullish().catch(undefined),
});

const logSchema = z.object({
  logId: z.number(),
  abilityId: z.string().nullish(),
  status: z.string().nullish(),
  taskId: z.string().nullish(),
});

export type WalletMove = z.infer<typeof walletSchema>;
export type LogNotice = z.infer<typeof logSchema>;

const frameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("task.status"), payload: taskSchema }),
  z.object({ type: z.literal("ability-task.status"), payload: abilityTaskSchema }),
  z.object({ type: z.literal("wallet.points"), payload: walletSchema }),
  z.object({ type: z.literal("ability-log.created"), payload: logSchema }),
  z.object({ type: z.literal("echo") }),
  z.object({ type: z.literal("pong") }),
]);

export type Frame = z.infer<typeof frameSchema>;

/** What a frame says; `undefined` for one that makes no sense. */
export function readFrame(data: unknown): Frame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return frameSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
