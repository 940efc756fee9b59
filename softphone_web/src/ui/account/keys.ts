/** Under which keys the account page keeps what it asked for. */
export const factorKey = ["account", "second-factor"] as const;
export const sessionsKey = ["account", "sessions"] as const;
export const tokensKey = ["account", "tokens"] as const;
