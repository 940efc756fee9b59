/** German words of what is going on. */
export const liveDe = {};
