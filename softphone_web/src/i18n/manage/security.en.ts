/** English words of sign-in and its safety. */
import type { Same } from "../texts";
import type { securityDe } from "./security.de";

export const securityEn: Same<typeof securityDe> = {};
