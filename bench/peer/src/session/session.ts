import { useSyncExternalStore } from "react";
import { RENEW_BEFORE_EXPIRY_MS } from "../settings";
import { readClaims, type Tokens, tokensSchema } from "../wire/account";

const KEY = "podi.peer.session";

export interface Session {
  readonly tokens: Tokens;
  readonly userId: string;
  readonly expiresAt: number;
}

function restore(): Session | null {
  try {
    const stored = sessionStorage.getItem(KEY);
    return stored === null ? null : sessionOf(tokensSchema.parse(JSON.parse(stored)));
  } catch {
    return null;
  }
}

function sessionOf(tokens: Tokens): Session {
  return { tokens, ...readClaims(tokens.accessToken) };
}

let session = restore();
let renewal: Promise<Session> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: Session | null): void {
  session = next;
  if (next === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(next.tokens));
  for (const listener of listeners) listener();
}

export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, () => session);
}

export class SignedOut extends Error {}

export async function signIn(username: string, password: string): Promise<void> {
  set(sessionOf(await postTokens("login", { username, password })));
}

export function signOut(): void {
  set(null);
}

/** The session, renewed first if its token is about to expire. */
export async function currentSession(): Promise<Session> {
  if (session === null) throw new SignedOut();
  return session.expiresAt - Date.now() < RENEW_BEFORE_EXPIRY_MS ? renewSession() : session;
}

/** Renew the token; whoever asks meanwhile waits for the same answer. A refused renewal ends the session. */
export function renewSession(): Promise<Session> {
  renewal ??= renew().finally(() => {
    renewal = undefined;
  });
  return renewal;
}

async function renew(): Promise<Session> {
  if (session === null) throw new SignedOut();
  const before = session;
  try {
    const next = sessionOf(await postTokens("refresh", { refreshToken: before.tokens.refreshToken }));
    if (session !== before) throw new SignedOut();
    set(next);
    return next;
  } catch (error) {
    if (error instanceof Refused) signOut();
    throw error;
  }
}

export class Refused extends Error {}

async function postTokens(route: "login" | "refresh", body: object): Promise<Tokens> {
  const answer = await fetch(`/api/auth/${route}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status === 401) throw new Refused(`${route} refused`);
  if (!answer.ok) throw new Error(`${route}: ${answer.status}`);
  return tokensSchema.parse(await answer.json());
}
