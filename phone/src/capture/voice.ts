/** A voice note: for gloves, rain and night. */
import type { Bytes } from "../bytes";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
export const LONGEST = 180; // seconds

export interface Recording {
  stop(): Promise<{ bytes: Bytes; type: string; seconds: number }>;
}

export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.start(1000);
  const started = Date.now();
  return {
    async stop() {
      const ended = new Promise((done) => recorder.addEventListener("stop", done, { once: true }));
      recorder.stop();
      await ended;
      for (const track of stream.getTracks()) track.stop();
      const type = (recorder.mimeType || "audio/webm").split(";")[0]!;
      const blob = new Blob(parts, { type });
      return { bytes: new Uint8Array(await blob.arrayBuffer()), type, seconds: Math.round((Date.now() - started) / 1000) };
    },
  };
}
