import { refreshAll } from "../data/queries";
import { currentSession, renewSession, signOut } from "../session/session";
import { readFrame } from "../wire/frames";
import { Inbox } from "./inbox";
import { setTransport } from "./transport";

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const OPEN_WITHIN_MS = 10_000;
const STEADY_AFTER_MS = 5_000;
const GIVE_UP_AFTER = 6;
const SILENCE_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
const TOKEN_REFUSED = 4401;
const FINAL_CODES = new Set([1008, 1009, 4403]);

function url(): string {
  return `${location.origin.replace(/^http/, "ws")}/api/notify/v1/stream`;
}

/** The page's one socket: reconnects with jittered backoff, pauses while hidden or offline, gives up after six failures. */
export class Channel {
  #socket: WebSocket | undefined;
  #inbox = new Inbox();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #liveness: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #answers = false;
  #failures = 0;
  #openedAt = 0;
  #renewed = false;
  readonly #listening = new AbortController();

  start(): void {
    const { signal } = this.#listening;
    document.addEventListener("visibilitychange", this.#resume, { signal });
    window.addEventListener("online", this.#resume, { signal });
    window.addEventListener("offline", this.#resume, { signal });
    window.addEventListener("pagehide", () => this.#drop(), { signal });
    this.#resume();
  }

  close(): void {
    this.#listening.abort();
    this.#inbox.close();
    this.#drop();
    setTransport("off");
  }

  /** The user asked: try again now, whatever failed before. */
  refresh(): void {
    if (this.#socket === undefined) this.#resume();
  }

  readonly #resume = (): void => {
    this.#drop();
    this.#failures = 0;
    if (!navigator.onLine) setTransport("offline");
    else if (document.hidden) setTransport("paused");
    else void this.#connect();
  };

  async #connect(): Promise<void> {
    if (this.#failures === 0) setTransport("connecting");
    const session = await currentSession().catch(() => undefined);
    if (session === undefined || this.#socket !== undefined || this.#listening.signal.aborted) return;
    const socket = new WebSocket(url(), ["podi.v1", `podi.bearer.${session.tokens.accessToken}`]);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(1006), OPEN_WITHIN_MS);
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = (event) => this.#lost(event.code);
  }

  #opened(): void {
    clearTimeout(this.#timer);
    this.#openedAt = this.#heardAt = performance.now();
    this.#answers = false;
    this.#watch(SILENCE_MS);
    setTransport("push");
    refreshAll();
  }

  #received(data: unknown): void {
    this.#heardAt = performance.now();
    const frame = readFrame(data);
    if (frame === undefined) return;
    if (frame.type === "echo" || frame.type === "pong") this.#answers = true;
    else this.#inbox.take(frame);
  }

  /** One timer looks after the silence, rather than one per frame. */
  #watch(delay: number): void {
    this.#liveness = setTimeout(() => {
      const silence = performance.now() - this.#heardAt;
      if (silence < SILENCE_MS) return this.#watch(SILENCE_MS - silence);
      this.#socket?.send('{"type":"ping"}');
      const pingedAt = performance.now();
      this.#liveness = setTimeout(() => {
        if (this.#heardAt < pingedAt && this.#answers) this.#lost(1006);
        else if (this.#heardAt < pingedAt) {
          refreshAll();
          this.#watch(SILENCE_MS);
        } else this.#watch(Math.max(0, SILENCE_MS - (performance.now() - this.#heardAt)));
      }, ANSWER_WITHIN_MS);
    }, delay);
  }

  #lost(code: number): void {
    const steady = this.#openedAt > 0 && performance.now() - this.#openedAt >= STEADY_AFTER_MS;
    this.#drop();
    setTransport("polling");
    if (steady) {
      this.#failures = 0;
      this.#renewed = false;
    }
    if (code === TOKEN_REFUSED) void this.#renew();
    else if (!FINAL_CODES.has(code)) this.#retry();
  }

  async #renew(): Promise<void> {
    if (this.#renewed) return signOut();
    this.#renewed = true;
    const session = await renewSession().catch(() => undefined);
    if (session !== undefined) await this.#connect();
  }

  #retry(): void {
    this.#failures += 1;
    if (this.#failures >= GIVE_UP_AFTER) return;
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => void this.#connect(), ceiling * (0.5 + Math.random() / 2));
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#liveness);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#openedAt = 0;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
