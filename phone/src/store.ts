/** What lies on the phone. Bodies are encrypted (vault.ts); in clear stand only ids, kinds, times, states and sizes. */
import Dexie, { type Table } from "dexie";
import type { Bytes } from "./bytes";

/** The lock itself. Without `wrapped` (ten wrong PINs) or `share` (too long without contact) nothing opens. */
export interface LockRow {
  id: 1;
  device: string;
  salt: Bytes;
  rounds: number;
  wrapped: Bytes | null;
  share: string | null;
  shareHours: number;
  contact: number; // the phone's own running time at the last contact, ms (vault.ts: running)
  seen: number; // the phone's clock when last looked at, ms
  extra: number; // what was charged for turning the clock back, ms
  wrong: number;
  signKey: CryptoKey; // cannot be taken out of the browser
  stationKey: string; // SPKI, base64: what is sealed for the station
  receiptKey: string; // what its receipts are signed with
}

/** An operation, once: the box only the station opens, and under the data key what opens this box here. */
export interface OperationRow {
  seq: number;
  op: string;
  act: string;
  state: "waiting" | "answered" | "covered"; // covered: the projections hold it, it is only remembered
  at: number;
  outcome: string;
  size: number;
  box: Bytes;
  key: Bytes;
  answer: Bytes | null;
}

/** A photo or voice note of an `attachment` operation: sealed like one; gone when the station has it. */
export interface FileRow {
  op: string;
  seq: number;
  size: number;
  box: Bytes;
  key: Bytes;
}

export interface ThingRow {
  kind: string;
  id: string;
  rev: number;
  body: Bytes;
}

export interface KeptRow {
  id: string;
  at: number;
  body: Bytes;
}

export class Store extends Dexie {
  lock!: Table<LockRow, number>;
  meta!: Table<{ key: string; value: string | number }, string>;
  operations!: Table<OperationRow, number>;
  files!: Table<FileRow, string>;
  things!: Table<ThingRow, [string, string]>;
  drafts!: Table<KeptRow, string>;
  kept!: Table<KeptRow, string>; // small encrypted things: who, secret, tables, numbers

  constructor(name = "fengqiao") {
    super(name);
    this.version(1).stores({
      lock: "id",
      meta: "key",
      operations: "&seq, &op, state",
      files: "&op, seq",
      things: "[kind+id], kind",
      drafts: "id",
      kept: "id",
    });
  }

  async number(key: string, otherwise = 0): Promise<number> {
    return Number((await this.meta.get(key))?.value ?? otherwise);
  }

  async text(key: string): Promise<string> {
    return String((await this.meta.get(key))?.value ?? "");
  }
}

export const store = new Store();
