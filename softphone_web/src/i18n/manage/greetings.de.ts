/** German words of greetings. */
export const greetingsDe = {};
