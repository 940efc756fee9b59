/** English words of our numbers. */
import type { Same } from "../texts";
import type { numbersDe } from "./numbers.de";

export const numbersEn: Same<typeof numbersDe> = {
  numbers: {
    title: "Numbers",
    intro: "An assignment counts from the next call on.",
    headOffice: "Head office",
    ring: "rings {{seconds}} s, then voicemail",
    nobody: "nobody – straight to voicemail",
    ownShown: "is shown as own number",
    live: "reachable",
    away: "not reachable",
    assigned: "{{number}} now rings at {{name}}",
    unassigned: "{{number}} belongs to nobody",
    unnamed: "Not named",
    assignFor: "Assign {{number}}",
    empty: "No numbers yet",
    filter: "Number, label or person",
  },
};
