/** English words of the management pages, a file each; they come with these pages. */
import { addonsEn } from "./addons.en";
import { auditEn } from "./audit.en";
import { baseEn } from "./base.en";
import { billingEn } from "./billing.en";
import { callsEn } from "./calls.en";
import { countriesEn } from "./countries.en";
import { greetingsEn } from "./greetings.en";
import { integrationEn } from "./integration.en";
import { liveEn } from "./live.en";
import { numbersEn } from "./numbers.en";
import { peopleEn } from "./people.en";
import { pricesEn } from "./prices.en";
import { reconciliationEn } from "./reconciliation.en";
import { routingEn } from "./routing.en";
import { secondsEn } from "./seconds.en";
import { securityEn } from "./security.en";
import { statisticsEn } from "./statistics.en";
import { tasksEn } from "./tasks.en";
import { voicemailsEn } from "./voicemails.en";

export const manageEn = {
  ...baseEn,
  ...numbersEn,
  ...routingEn,
  ...peopleEn,
  ...securityEn,
  ...countriesEn,
  ...voicemailsEn,
  ...greetingsEn,
  ...callsEn,
  ...liveEn,
  ...statisticsEn,
  ...pricesEn,
  ...reconciliationEn,
  ...auditEn,
  ...secondsEn,
  ...billingEn,
  ...integrationEn,
  ...tasksEn,
  ...addonsEn,
};
