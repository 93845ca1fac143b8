/** What goes over the wire: docs/field-protocol.md in types. */
export type Role = "police" | "auxiliary" | "grid" | "volunteer" | "mediator";
export type Outcome = "done" | "again" | "held" | "conflict" | "refused" | "later";

export interface Who {
  name: string;
  post: string;
  org: string;
  role: Role;
  badge: string;
}

export interface Operation {
  op: string;
  seq: number;
  v: 1;
  act: string;
  about: string | null;
  after: string[];
  claimed_at: string;
  offset_ms: number | null;
  data: Record<string, unknown>;
}

export interface Answer {
  op: string;
  seq: number;
  outcome: Outcome;
  first?: Outcome;
  why?: string;
  made?: Record<string, unknown>;
}

export interface Enrolled {
  device: string;
  secret: string;
  share: string;
  share_hours: number;
  station_key: string;
  receipt_key: string;
  who: Who;
  numbers?: NumberRange[];
  now: string;
}

export interface NumberRange {
  kind: string;
  year: number;
  first: number;
  last: number;
  words: string;
}

/** One thing as this role may hold it on its phone. `rev` rises; the highest counts. */
export interface Thing {
  kind: string;
  id: string;
  rev: number;
  body: Record<string, unknown>;
}

export interface Orders {
  wipe?: boolean;
  update?: boolean;
}

export interface Answers {
  answers: Answer[];
  now: string;
  orders?: Orders;
}

export interface Feed {
  cursor: string;
  more: boolean;
  things: Thing[];
  gone: { kind: string; id: string }[];
  through_seq: number;
  now: string;
  orders: Orders;
  share_until?: string;
  who?: Who;
}

export interface Bundle {
  format: "fengqiao-bundle";
  v: 1;
  device: string;
  first: number;
  last: number;
  made_at: string;
  sealed: { seq: number; op: string; box: string }[];
  files: { op: string; box: string }[];
  signature?: string;
}

export interface Receipt {
  format: "fengqiao-receipt";
  device: string;
  answers: Answer[];
  files?: string[]; // operations whose file the station has
  cursor?: string;
  signature: string;
}
