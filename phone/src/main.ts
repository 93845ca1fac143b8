import { createApp } from "vue";
import "../../src/fengqiao/static/fengqiao/tokens.css";
import "./phone.css";
import App from "./App.vue";
import { show } from "./display";
import { router } from "./router";
import { start } from "./session";
import { register } from "./worker";

await show();
createApp(App).use(router).mount("#app");
void start();
if (import.meta.env.PROD) register();
