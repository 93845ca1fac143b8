/** Rules and words both sides share (GET /field/v1/tables): fetched with the sync when they changed, kept for days without signal. */
import type { Api } from "./api";
import { keep, kept } from "./enrolment";
import { store } from "./store";

export interface Word {
  code: string;
  name: string;
  parent: string | null;
}

export interface Tables {
  hash: string;
  v: number;
  words: Record<string, Word[]>;
  acts: { act: string; kind: string; word: string }[];
  limits: Record<string, number>;
  [more: string]: unknown;
}

let known: Tables | null = null;

/** The tables as last fetched; null on a phone that has not synced yet. */
export async function tables(): Promise<Tables | null> {
  known ??= await kept<Tables>("tables");
  return known;
}

/** The officer's word for a code of a vocabulary; the code itself when the phone does not have it. */
export async function word(vocabulary: string, code: string): Promise<string> {
  return (await tables())?.words[vocabulary]?.find((one) => one.code === code)?.name ?? code;
}

export async function fetchTables(api: Api): Promise<void> {
  const have = await store.text("tables");
  const told = await api.get<Tables>(`tables${have ? `?have=${have}` : ""}`);
  if (!told.body) return; // unchanged
  await keep("tables", told.body);
  await store.meta.put({ key: "tables", value: told.body.hash });
  known = told.body;
}

/** Another account, another phone: nothing stays in memory. */
export function forgetTables(): void {
  known = null;
}
