/** English words of where calls go. */
import type { Same } from "../texts";
import type { routingDe } from "./routing.de";

export const routingEn: Same<typeof routingDe> = {};
