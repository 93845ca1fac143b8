/** Requests to the station's door, and what can go wrong on the way in three words: no network, later, ended. */
import type { Bytes } from "./bytes";

/** Nobody answered: no signal, or the connection broke. */
export class Unreachable extends Error {}
/** The station answered that it cannot now. */
export class Busy extends Error {
  constructor(readonly after: number) {
    super("busy");
  }
}
/** This phone is no longer enrolled. */
export class Ended extends Error {
  constructor(readonly body: Record<string, unknown>) {
    super("ended");
  }
}
/** The station does not take this request as it is. */
export class Refused extends Error {
  constructor(readonly status: number, readonly why: string) {
    super(why || String(status));
  }
}

export type Send = (address: string, init: RequestInit) => Promise<Response>;
const PATIENCE = 45_000; // a slow line is slow, not dead

export interface Timed<T> {
  body: T;
  sent: number;
  came: number;
}

export class Api {
  constructor(
    private readonly credentials: () => Promise<string>,
    private readonly send: Send = (address, init) => fetch(address, init),
    private readonly clock: () => number = Date.now,
  ) {}

  async get<T>(path: string): Promise<Timed<T>> {
    return this.ask<T>("GET", path);
  }

  async post<T>(path: string, body: unknown): Promise<Timed<T>> {
    return this.ask<T>("POST", path, JSON.stringify(body), "application/json");
  }

  async put<T>(path: string, bytes: Bytes): Promise<Timed<T>> {
    return this.ask<T>("PUT", path, bytes, "application/octet-stream");
  }

  private async ask<T>(method: string, path: string, body?: BodyInit, type?: string): Promise<Timed<T>> {
    const headers: Record<string, string> = { Authorization: await this.credentials(), "X-Requested-With": "phone" };
    if (type) headers["Content-Type"] = type;
    const sent = this.clock();
    let response: Response;
    let text: string;
    try {
      const patience = AbortSignal.timeout(PATIENCE);
      response = await this.send(`/field/v1/${path}`, { method, headers, body, signal: patience, credentials: "omit", cache: "no-store", redirect: "error" });
      text = await response.text();
    } catch {
      throw new Unreachable();
    }
    const came = this.clock();
    if (response.status === 304) return { body: null as T, sent, came };
    if (response.ok) {
      try {
        return { body: (text ? JSON.parse(text) : null) as T, sent, came };
      } catch {
        throw new Unreachable(); // cut in the middle, or somebody else's sign-on page of a hotel network
      }
    }
    let said: Record<string, unknown> = {};
    try {
      said = JSON.parse(text) as Record<string, unknown>;
    } catch {
      /* not ours */
    }
    if (response.status === 401 || response.status === 410) throw new Ended(said);
    if (response.status === 429 || response.status >= 500) throw new Busy(Number(response.headers.get("Retry-After") ?? 0) * 1000);
    throw new Refused(response.status, String(said.title ?? said.detail ?? ""));
  }
}
