/** English words of countries and limits. */
import type { Same } from "../texts";
import type { countriesDe } from "./countries.de";

export const countriesEn: Same<typeof countriesDe> = {
  countries: {
    title: "Countries",
    intro: "What is not allowed is not dialled – from the next call on.",
    allowed: "Allowed",
    others: "Blocked",
    zone: "Zone {{zone}}",
    filter: "Country or calling code",
    on: "{{name}} is allowed",
    off: "{{name}} is blocked",
    switchFor: "Allow {{name}}",
    noneFound: "No country matches “{{query}}”",
  },
};
