/** German words of sign-in and its safety. */
export const securityDe = {};
