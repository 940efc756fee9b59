/**
 * What is switched quickly ends as it was wished last: one request at a time for each thing, of
 * the wishes made meanwhile only the newest is sent, and no older answer is shown after it.
 */

export type Settled<Wish, Answer> =
  /** The server has it, and nothing newer is wished. */
  | { is: "done"; answer: Answer }
  /** Something newer is wished, and will tell what to show. */
  | { is: "overtaken" }
  /** The server will not have it; `stands` is what it has instead. */
  | { is: "refused"; error: unknown; stands: Wish };

interface Made<Wish, Answer> {
  wish: Wish;
  settle: (settled: Settled<Wish, Answer>) => void;
}

interface Line<Wish, Answer> {
  /** What the server had last. */
  stands: Wish;
  /** The newest wish, where it has to wait for a request. */
  waits: Made<Wish, Answer> | undefined;
}

/**
 * Made once for a kind of wish and outside of components: what is on its way outlives them.
 *
 * `send` asks `to`; wishes to different ones, or of different keys, do not wait for each other.
 * What comes back makes a wish, and never rejects; `before` is what is shown until then, and
 * counts only where nothing is on its way.
 */
export function newestWins<To extends object, Wish, Answer>(
  send: (to: To, wish: Wish) => Promise<Answer>,
  keyOf: (wish: Wish) => string = () => "",
): (to: To, wish: Wish, before: Wish) => Promise<Settled<Wish, Answer>> {
  const everywhere = new WeakMap<To, Map<string, Line<Wish, Answer>>>();

  const ask = async (to: To, key: string, line: Line<Wish, Answer>, made: Made<Wish, Answer>) => {
    let settled: Settled<Wish, Answer>;
    try {
      settled = { is: "done", answer: await send(to, made.wish) };
      line.stands = made.wish;
    } catch (error) {
      settled = { is: "refused", error, stands: line.stands };
    }
    const next = line.waits;
    made.settle(next ? { is: "overtaken" } : settled);
    line.waits = undefined;
    if (next) await ask(to, key, line, next);
    else everywhere.get(to)?.delete(key);
  };

  return (to, wish, before) =>
    new Promise((settle) => {
      const lines = everywhere.get(to) ?? new Map<string, Line<Wish, Answer>>();
      everywhere.set(to, lines);
      const key = keyOf(wish);
      const line = lines.get(key);
      if (line) {
        line.waits?.settle({ is: "overtaken" });
        line.waits = { wish, settle };
        return;
      }
      const fresh = { stands: before, waits: undefined };
      lines.set(key, fresh);
      void ask(to, key, fresh, { wish, settle });
    });
}
