/** English words of statistics. */
import type { Same } from "../texts";
import type { statisticsDe } from "./statistics.de";

export const statisticsEn: Same<typeof statisticsDe> = {};
