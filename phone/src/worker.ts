/** The service worker keeps the app on the phone. A new version waits until the user takes it (我 → 更新). */
import { ref, shallowRef } from "vue";

export const waitingVersion = ref<ServiceWorker | null>(null);

/** Chromium offers to put the app on the home screen; we ask when the user wants it. */
export interface Offer extends Event {
  prompt(): Promise<unknown>;
}
export const homeScreen = shallowRef<Offer | null>(null);
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  homeScreen.value = event as Offer;
});
addEventListener("appinstalled", () => (homeScreen.value = null));
export const installed = (): boolean => matchMedia("(display-mode: standalone)").matches;

export function register(): void {
  if (!("serviceWorker" in navigator)) return;
  void navigator.serviceWorker.register("/phone/sw.js", { scope: "/phone/" }).then((registration) => {
    const look = (): void => {
      if (registration.waiting && registration.active) waitingVersion.value = registration.waiting;
    };
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    setInterval(() => void registration.update().catch(() => undefined), 3_600_000);
  }, () => undefined); // without it the app works while the page is open
}

export function takeVersion(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  waitingVersion.value?.postMessage({ type: "SKIP_WAITING" });
}
