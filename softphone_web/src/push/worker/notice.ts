/** What a pushed call looks like as a notification, and where a click on it leads. */

/** The content of a push from our server. */
export interface RingPush {
  type: "ring";
  call_id: string;
  /** E.164; null where the caller withheld it. */
  number: string | null;
  national: string | null;
  /** Label of our number that was called. */
  label: string | null;
  task: string | null;
  language: string | null;
}

export interface Notice {
  title: string;
  body: string;
  lang: string;
  /** One per call: a second notice for it takes the place of the first. */
  tag: string;
  actions: { action: "answer" | "decline"; title: string }[];
  data: { call_id: string };
}

const WORDS = {
  de: {
    call: (who: string) => `Anruf von ${who}`,
    withheld: "unterdrückter Nummer",
    answer: "Annehmen",
    decline: "Ablehnen",
  },
  en: {
    call: (who: string) => `Call from ${who}`,
    withheld: "a withheld number",
    answer: "Answer",
    decline: "Decline",
  },
};

/** The ringing call in a push; null for anything else. */
export function ringOf(content: unknown): RingPush | null {
  if (typeof content !== "object" || content === null) return null;
  const { type, call_id } = content as Partial<RingPush>;
  return type === "ring" && typeof call_id === "string" && call_id ? (content as RingPush) : null;
}

/** `maxActions`: how many buttons notifications have here. */
export function noticeOf(ring: RingPush, maxActions: number): Notice {
  const lang = ring.language === "en" ? "en" : "de";
  const words = WORDS[lang];
  const actions: Notice["actions"] = [
    { action: "answer", title: words.answer },
    { action: "decline", title: words.decline },
  ];
  return {
    title: words.call(ring.national ?? ring.number ?? words.withheld),
    body: [ring.label, ring.task].filter(Boolean).join(" · "),
    lang,
    tag: ring.call_id,
    // Answering without being able to decline would look like the only choice.
    actions: maxActions >= actions.length ? actions : [],
    data: { call_id: ring.call_id },
  };
}

/** The page that shows the ringing call; with `answer` the click was on "Answer". */
export function pageOf(callId: string, answer: boolean): string {
  return `/call?ring=${encodeURIComponent(callId)}${answer ? "&answer=1" : ""}`;
}
