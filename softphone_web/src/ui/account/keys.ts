/** Under which keys the pages of accounts keep what they asked for. */
export const factorKey = ["account", "second-factor"] as const;
/** `of`: another person's id; null: one's own. */
export const sessionsKey = (of: string | null) => ["account", "sessions", of] as const;
export const tokensKey = (of: string | null) => ["account", "tokens", of] as const;
