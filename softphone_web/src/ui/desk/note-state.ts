/**
 * A note being written: what is typed is never lost, whatever the server says meanwhile.
 *
 *   CLEAN ──typed──▶ DIRTY ──save──▶ SAVING ──saved──▶ CLEAN (or DIRTY: typed on meanwhile)
 *                     ▲                └───refused──▶ FAILED ──save──▶ SAVING
 */
export interface NoteState {
  /** As it stands in the field. */
  typed: string;
  /** As the server has it, as far as is known. */
  stored: string;
  /** On its way to the server. */
  sending: string | null;
  failed: boolean;
  /** Somebody else's newer text, while ours is not saved. */
  newer: string | null;
}

export type NoteEvent =
  | { kind: "typed"; text: string }
  | { kind: "save" }
  | { kind: "saved"; text: string }
  | { kind: "refused" }
  /** The server's text was read again. */
  | { kind: "arrived"; text: string }
  /** The reader wants the newer text. */
  | { kind: "take" };

export type NotePhase = "clean" | "dirty" | "saving" | "failed";

export function noteOf(text: string): NoteState {
  return { typed: text, stored: text, sending: null, failed: false, newer: null };
}

export function phaseOf(state: NoteState): NotePhase {
  if (state.sending !== null) return "saving";
  if (state.failed) return "failed";
  return state.typed === state.stored ? "clean" : "dirty";
}

/** What has to be sent now; null where there is nothing new. */
export function toSend(state: NoteState): string | null {
  return state.sending === null && state.typed !== state.stored ? state.typed : null;
}

/** What would be lost if the field went away now; null where nothing would. */
export function unsaved({ typed, sending, stored }: NoteState): string | null {
  return typed === (sending ?? stored) ? null : typed;
}

export function nextNote(state: NoteState, event: NoteEvent): NoteState {
  switch (event.kind) {
    case "typed":
      return { ...state, typed: event.text, failed: false };
    case "save": {
      const sending = toSend(state);
      return sending === null ? state : { ...state, sending, failed: false };
    }
    case "saved":
      // As it was sent: a server that trims must not make the field look changed.
      return {
        ...state,
        stored: state.sending ?? event.text,
        sending: null,
        failed: false,
        newer: null,
      };
    case "refused":
      return { ...state, sending: null, failed: true };
    case "arrived":
      return arrived(state, event.text);
    case "take":
      return state.newer === null ? state : noteOf(state.newer);
  }
}

function arrived(state: NoteState, text: string): NoteState {
  if (text === state.stored || state.sending !== null) return state;
  if (state.typed === state.stored) return noteOf(text);
  // Ours is not saved yet: both are kept, and the reader decides.
  return { ...state, stored: text, newer: text === state.typed ? null : text };
}
