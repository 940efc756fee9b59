/** German words of where calls go. */
export const routingDe = {};
