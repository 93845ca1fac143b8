/// <reference types="vite/client" />
import type { DefineComponent } from "vue";
declare module "vue" {
  export interface GlobalComponents {
    VanButton: (typeof import("vant"))["Button"];
    VanField: (typeof import("vant"))["Field"];
  }
}
export type { DefineComponent };
