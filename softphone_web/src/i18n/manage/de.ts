/** German words of the management pages, a file each; they come with these pages. */
import { addonsDe } from "./addons.de";
import { auditDe } from "./audit.de";
import { baseDe } from "./base.de";
import { billingDe } from "./billing.de";
import { callsDe } from "./calls.de";
import { countriesDe } from "./countries.de";
import { greetingsDe } from "./greetings.de";
import { integrationDe } from "./integration.de";
import { liveDe } from "./live.de";
import { numbersDe } from "./numbers.de";
import { peopleDe } from "./people.de";
import { pricesDe } from "./prices.de";
import { reconciliationDe } from "./reconciliation.de";
import { routingDe } from "./routing.de";
import { secondsDe } from "./seconds.de";
import { securityDe } from "./security.de";
import { statisticsDe } from "./statistics.de";
import { tasksDe } from "./tasks.de";
import { voicemailsDe } from "./voicemails.de";

export const manageDe = {
  ...baseDe,
  ...numbersDe,
  ...routingDe,
  ...peopleDe,
  ...securityDe,
  ...countriesDe,
  ...voicemailsDe,
  ...greetingsDe,
  ...callsDe,
  ...liveDe,
  ...statisticsDe,
  ...pricesDe,
  ...reconciliationDe,
  ...auditDe,
  ...secondsDe,
  ...billingDe,
  ...integrationDe,
  ...tasksDe,
  ...addonsDe,
};
