/** What a mean opinion score (ITU-T P.800, 1 to 4.5 for telephony) means in a word. */
export type MosWord = "excellent" | "good" | "fair" | "bad";

/** Bounds after ITU-T G.107, annex B: satisfied, some dissatisfied, many dissatisfied. */
export function mosWord(mos: number): MosWord {
  if (mos >= 4.03) return "excellent";
  if (mos >= 3.6) return "good";
  if (mos >= 3.1) return "fair";
  return "bad";
}

/** For colour: good, fair or bad. */
export function mosTone(mos: number): "good" | "fair" | "bad" {
  const word = mosWord(mos);
  return word === "excellent" ? "good" : word;
}
