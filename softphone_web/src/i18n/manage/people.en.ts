/** English words of people. */
import type { Same } from "../texts";
import type { peopleDe } from "./people.de";

export const peopleEn: Same<typeof peopleDe> = {};
