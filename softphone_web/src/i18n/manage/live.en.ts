/** English words of what is going on. */
import type { Same } from "../texts";
import type { liveDe } from "./live.de";

export const liveEn: Same<typeof liveDe> = {};
