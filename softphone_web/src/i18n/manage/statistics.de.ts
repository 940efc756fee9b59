/** German words of statistics. */
export const statisticsDe = {};
