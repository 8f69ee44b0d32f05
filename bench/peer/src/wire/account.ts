import { z } from "zod";

export const tokensSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  role: z.string().catch("user"),
});

export type Tokens = z.infer<typeof tokensSchema>;

const points = z.object({
  totalPoints: z.number(),
  tempPoints: z.number().catch(0).default(0),
  frozenPoints: z.number().catch(0).default(0),
});

/** Some servers wrap the answer in `data`. */
export const pointsSchema = z.union([points, z.object({ data: points }).transform((wrapped) => wrapped.data)]);

export type Points = z.infer<typeof points>;

const claimsSchema = z.object({ sub: z.string(), exp: z.number() });

/** What the page needs to know of an access token. */
export function readClaims(token: string): { userId: string; expiresAt: number } {
  const payload = token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
  const claims = claimsSchema.parse(JSON.parse(atob(payload)));
  return { userId: claims.sub, expiresAt: claims.exp * 1000 };
}
