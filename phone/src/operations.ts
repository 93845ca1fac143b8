/**
 * The operation log: the only way anything is written. An operation is sealed for the station and numbered without gaps the
 * moment it is written, together with its files and with the draft it came from: all of it, or nothing.
 */
import { type Bytes, encode, decode, sha256, toBase64 } from "./bytes";
import type { Answer, Operation } from "./protocol";
import { open, seal, stationKey } from "./seal";
import { type FileRow, type OperationRow, type Store, store } from "./store";
import { type Vault, vault } from "./vault";

export interface File {
  name: string;
  type: string;
  purpose: string;
  bytes: Bytes;
}

/** An operation as the app reads it back, with what the station said to it. */
export interface Written extends Operation {
  state: OperationRow["state"];
  outcome: string;
  answer: Answer | null;
}

type Said = Pick<Operation, "op" | "act" | "about" | "after" | "data">;

export class Log {
  private station: Promise<CryptoKey> | null = null;
  private listeners = new Set<() => void>();
  private known = new Map<string, Operation>();
  private before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: Store = store,
    private readonly safe: Vault = vault,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Called after each operation written (the sync wakes up, lists show it). */
  onWrite(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Write one operation; returns its id. `about` and ids in `data` may name what an earlier operation makes ("op:<uuid>").
   * `files` follow as `attachment` operations about it. `draft` is the draft this came from: it goes in the same moment.
   */
  async write(
    act: string,
    data: Record<string, unknown>,
    { about = null, after = [], files = [], draft = "" }: { about?: string | null; after?: string[]; files?: File[]; draft?: string } = {},
  ): Promise<string> {
    const op = crypto.randomUUID();
    const said = { op, act, about, after, data };
    const announced = await Promise.all(
      files.map(async (file) => ({
        file,
        said: {
          op: crypto.randomUUID(),
          act: "attachment",
          about: about ?? `op:${op}`,
          after: [op],
          data: { name: file.name, type: file.type, size: file.bytes.length, sha256: await sha256(file.bytes), purpose: file.purpose },
        },
      })),
    );
    const mine = this.before.then(() => this.append(said, announced, draft));
    this.before = mine.catch(() => undefined); // one after the other in this tab
    await mine;
    for (const listener of this.listeners) listener();
    return op;
  }

  async read(row: OperationRow): Promise<Written> {
    const said = await this.opened(row);
    const answer = row.answer ? await this.safe.takeJson<Answer>(row.answer, `answer|${row.seq}`) : null;
    return { ...said, state: row.state, outcome: row.outcome, answer };
  }

  /** What the projections do not hold yet, or somebody must look at, oldest first. */
  async all(): Promise<Written[]> {
    const rows = await this.db.operations.where("state").anyOf("waiting", "answered").sortBy("seq");
    return Promise.all(rows.map((row) => this.read(row)));
  }

  /** What was recorded here with this act, newest first; delivered ones for three days. */
  async recorded(act: string): Promise<Written[]> {
    const rows = await this.db.operations.orderBy("seq").reverse().filter((row) => row.act === act).toArray();
    return Promise.all(rows.map((row) => this.read(row)));
  }

  /** An operation never changes: opened once, remembered until the phone is locked. */
  private async opened(row: OperationRow): Promise<Operation> {
    const known = this.known.get(row.op);
    if (known && this.safe.open) return known;
    const key = await this.safe.take(row.key, `operation|${row.seq}`);
    const said = JSON.parse(decode(await open(row.box, key, `${await this.device()}|${row.seq}`))) as Operation;
    this.known.set(row.op, said);
    return said;
  }

  async file(op: string): Promise<Bytes | null> {
    const row = await this.db.files.get(op);
    if (!row) return null;
    return open(row.box, await this.safe.take(row.key, `file|${op}`), `${await this.device()}|${row.seq}|file`);
  }

  async waiting(): Promise<{ count: number; oldest: number | null; files: number }> {
    const rows = () => this.db.operations.where("state").equals("waiting"); // a collection remembers what it was asked
    const [count, files, oldest] = await Promise.all([rows().count(), this.db.files.count(), rows().first()]);
    return { count, files, oldest: oldest?.at ?? null };
  }

  private async append(said: Said, announced: { file: File; said: Said }[], draft: string): Promise<void> {
    for (;;) {
      const last = await this.db.number("seq");
      const rows = [await this.row(said, last + 1)];
      const kept: FileRow[] = [];
      for (const [at, one] of announced.entries()) {
        rows.push(await this.row(one.said, last + 2 + at));
        kept.push(await this.fileRow(one.said.op, last + 2 + at, one.file.bytes));
      }
      const { operations, files: table, meta, drafts } = this.db;
      const written = await this.db.transaction("rw", operations, table, meta, drafts, async () => {
        if ((await this.db.number("seq")) !== last) return false; // another tab wrote meanwhile: take the next number
        await meta.put({ key: "seq", value: last + rows.length });
        await operations.bulkAdd(rows);
        await table.bulkAdd(kept);
        if (draft) await drafts.where("id").startsWith(draft).delete(); // its photos too
        return true;
      });
      if (written) return;
    }
  }

  private async row(said: Said, seq: number): Promise<OperationRow> {
    const at = this.clock();
    const offset = (await this.db.meta.get("offset"))?.value;
    const operation: Operation = { ...said, seq, v: 1, claimed_at: written(at), offset_ms: offset === undefined ? null : Number(offset) };
    const plain = encode(JSON.stringify(operation));
    const { box, key } = await seal(await this.stationKey(), plain, `${await this.device()}|${seq}`);
    return { seq, op: said.op, act: said.act, state: "waiting", at, outcome: "", size: plain.length, box, key: await this.safe.put(key, `operation|${seq}`), answer: null };
  }

  private async fileRow(op: string, seq: number, bytes: Bytes): Promise<FileRow> {
    const { box, key } = await seal(await this.stationKey(), bytes, `${await this.device()}|${seq}|file`);
    return { op, seq, size: bytes.length, box, key: await this.safe.put(key, `file|${op}`) };
  }

  private async device(): Promise<string> {
    return (await this.db.lock.get(1))?.device ?? "";
  }

  private stationKey(): Promise<CryptoKey> {
    this.station ??= this.db.lock.get(1).then((lock) => {
      if (!lock) throw new Error("not enrolled");
      return stationKey(lock.stationKey);
    });
    return this.station;
  }

  /** Locked, or enrolled anew: nothing readable stays in memory, and the station's key may be another. */
  forget(): void {
    this.station = null;
    this.known.clear();
  }
}

/** The clock of the phone with its offset, as an operation claims it. */
export function written(at: number): string {
  const date = new Date(at);
  const minutes = -date.getTimezoneOffset();
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, 19);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(Math.abs(minutes) % 60)}`;
}

export const boxText = (box: Bytes): string => toBase64(box);

export const log = new Log();
export const write: Log["write"] = (...given) => log.write(...given);
