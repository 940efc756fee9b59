/** Ticks for the live socket. A worker's timers are not slowed down in background tabs. */
import { HEARTBEAT_MS } from "./live";

setInterval(() => postMessage("tick"), HEARTBEAT_MS);
