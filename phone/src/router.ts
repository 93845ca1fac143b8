/** The five places of the bar. What a place needs is fetched when it is first opened, and kept for days without signal. */
import { createRouter, createWebHistory } from "vue-router";
import Capture from "./capture/Capture.vue";
import Today from "./today/Today.vue";

export const router = createRouter({
  history: createWebHistory("/phone/"),
  routes: [
    { path: "/", name: "today", component: Today },
    { path: "/area", name: "area", component: () => import("./area/Area.vue") },
    { path: "/capture", name: "capture", component: Capture },
    { path: "/messages", name: "messages", component: () => import("./messages/Messages.vue") },
    { path: "/task/:id", name: "task", component: () => import("./today/Task.vue") },
    { path: "/finding/:id?", name: "finding", component: () => import("./today/Finding.vue") },
    { path: "/disputes", name: "disputes", component: () => import("./disputes/Disputes.vue") },
    { path: "/disputes/:id/:step?", name: "dispute", component: () => import("./disputes/Dispute.vue") },
    { path: "/me", name: "me", component: () => import("./me/Me.vue") },
    { path: "/:rest(.*)", redirect: "/" },
  ],
});
