/** What is being written survives a closed browser: encrypted like everything, photos and voice each in a row of their own. */
import type { Bytes } from "../bytes";
import { store } from "../store";
import { vault } from "../vault";

export interface Piece {
  id: string;
  name: string;
  type: string;
  purpose: "photo" | "voice";
  seconds?: number;
}

const rows = (draft: string) => store.drafts.where("id").startsWith(draft);

export async function keepDraft(draft: string, value: unknown): Promise<void> {
  await store.drafts.put({ id: draft, at: Date.now(), body: await vault.putJson(value, draft) });
}

export async function readDraft<T>(draft: string): Promise<{ at: number; value: T } | null> {
  const row = await store.drafts.get(draft);
  return row ? { at: row.at, value: await vault.takeJson<T>(row.body, draft) } : null;
}

export async function keepPiece(draft: string, id: string, bytes: Bytes): Promise<void> {
  const key = `${draft}|${id}`;
  await store.drafts.put({ id: key, at: Date.now(), body: await vault.put(bytes, key) });
}

export async function readPiece(draft: string, id: string): Promise<Bytes | null> {
  const key = `${draft}|${id}`;
  const row = await store.drafts.get(key);
  return row ? vault.take(row.body, key) : null;
}

export const dropPiece = (draft: string, id: string) => store.drafts.delete(`${draft}|${id}`);
export const dropDraft = (draft: string) => rows(draft).delete();
