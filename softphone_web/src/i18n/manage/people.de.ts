/** German words of people. */
export const peopleDe = {};
