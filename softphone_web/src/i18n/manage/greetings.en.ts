/** English words of greetings. */
import type { Same } from "../texts";
import type { greetingsDe } from "./greetings.de";

export const greetingsEn: Same<typeof greetingsDe> = {};
