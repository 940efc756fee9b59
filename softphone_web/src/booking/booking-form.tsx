/** The form: one page from choice to price; nothing is lost on the way. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import buttons from "../ui/shared/button.module.css";
import { dayKey } from "../ui/shared/format";
import classes from "./booking.module.css";
import {
  asBookingError,
  type BookingApi,
  type BookingError,
  type PublicOrder,
  type Quote,
  troubleText,
} from "./booking-api";
import { Details, You } from "./details";
import {
  type AddonForm,
  type Draft,
  emptyDraft,
  type Field,
  fieldOf,
  keepDraft,
  keptDraft,
  orderOf,
  wrongFields,
} from "./draft";
import { Factors, Items, useQuote } from "./summary";
import { GreetingChoice, OptionChoice } from "./wanted";
import { euros, useSpeech, type Words } from "./words";

interface BookingFormProps {
  api: BookingApi;
  token: string;
  form: AddonForm;
  onBooked: (order: PublicOrder, email: string) => void;
}

function useDraft({ token, form }: BookingFormProps) {
  const [draft, setDraft] = useState<Draft>(
    () => keptDraft(sessionStorage, token, form) ?? emptyDraft(form, crypto.randomUUID()),
  );
  useEffect(() => keepDraft(sessionStorage, token, draft), [token, draft]);
  return { draft, put: (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part })) };
}

/** Puts the keyboard where the first thing is wrong. */
function focusOn(form: HTMLFormElement | null, field: Field | undefined): void {
  const place = form?.querySelector<HTMLElement>(`[data-field="${field}"]`);
  const input = place?.querySelector<HTMLElement>("input, select, textarea") ?? place;
  input?.focus();
  input?.scrollIntoView({ block: "center" });
}

const wordsOfField = (words: Words, field: Field) => words.wrong[field];

function useBooking(props: BookingFormProps, draft: Draft, onStale: () => void) {
  const { api, token, onBooked } = props;
  const { language, words } = useSpeech();
  const [sending, setSending] = useState(false);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<BookingError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const missing = tried ? wrongFields(draft, dayKey(new Date())) : [];
  const refusedField = refused ? fieldOf(refused.errorId) : null;
  const wrong = (field: Field) => {
    if (missing.includes(field)) return wordsOfField(words, field);
    return refused && refusedField === field ? refused.detail || words.broken : undefined;
  };
  const send = async (price: string) => {
    setSending(true);
    setRefused(null);
    try {
      const booked = await api.book(orderOf(draft, price, language));
      keepDraft(sessionStorage, token, null);
      onBooked(booked, draft.email.trim());
    } catch (error) {
      const known = asBookingError(error);
      setRefused(known);
      onStale();
      focusOn(form.current, fieldOf(known.errorId) ?? undefined);
    } finally {
      setSending(false);
    }
  };
  const submit = (event: FormEvent, price: string | null) => {
    event.preventDefault();
    const found = wrongFields(draft, dayKey(new Date()));
    setTried(true);
    if (found.length > 0) focusOn(form.current, found[0]);
    else if (price === null) onStale();
    else if (!sending) void send(price);
  };
  const general = refused && !refusedField ? refused : null;
  const trouble = general ? troubleText(general, words) : null;
  return { form, wrong, submit, sending, missing, trouble };
}

interface SendBarProps {
  trouble: string | null;
  quote: Quote | null;
  sending: boolean;
  disabled: boolean;
}

/** What is wrong, what it costs, and the button. */
function SendBar({ trouble, quote, sending, disabled }: SendBarProps) {
  const { language, words } = useSpeech();
  const submit = quote?.total === "0.00" ? words.submitFree : words.submit;
  return (
    <div className={classes.bar}>
      {trouble ? (
        <p className={classes.wrong} role="alert" data-testid="booking-trouble">
          {trouble}
        </p>
      ) : null}
      <span className="tabular">{quote ? euros(quote.total, language) : null}</span>
      <button
        type="submit"
        className={buttons.primary}
        data-testid="booking-submit"
        disabled={sending || disabled}
      >
        {sending ? words.sending : submit}
      </button>
    </div>
  );
}

export function BookingForm(props: BookingFormProps) {
  const { api, form } = props;
  const { words } = useSpeech();
  const { draft, put } = useDraft(props);
  const [round, setRound] = useState(0);
  const { quote, failed } = useQuote(api, draft.option, draft.greeting, round);
  const booking = useBooking(props, draft, () => setRound((now) => now + 1));
  const unpriced = failed ? troubleText(failed, words) : null;
  const trouble = booking.trouble ?? unpriced ?? (booking.missing.length > 0 ? words.fix : null);
  const part = { api, form, draft, wrong: booking.wrong, onChange: put };
  return (
    <form
      ref={booking.form}
      className={classes.form}
      noValidate
      data-testid="booking-form"
      onSubmit={(event) => booking.submit(event, quote?.total ?? null)}
    >
      <OptionChoice {...part} />
      <GreetingChoice {...part} />
      {draft.option ? <Details {...part} /> : null}
      {draft.option ? <You {...part} /> : null}
      <section className={classes.part} aria-live="polite">
        {quote ? (
          <>
            <h2>{words.summary}</h2>
            <Items items={quote.items} total={quote.total} />
          </>
        ) : null}
        <Factors factors={quote?.factors ?? form.factors} note={form.factor_note} />
      </section>
      <SendBar
        trouble={trouble}
        quote={quote}
        sending={booking.sending}
        disabled={draft.greeting !== null && !quote && !failed}
      />
    </form>
  );
}
