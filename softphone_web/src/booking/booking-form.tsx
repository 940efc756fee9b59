/** The form: one page from choice to price; nothing is lost on the way. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import buttons from "../ui/shared/button.module.css";
import { dayKey } from "../ui/shared/format";
import type { IconName } from "../ui/shared/icons";
import classes from "./booking.module.css";
import {
  asBookingError,
  type BookingApi,
  type BookingError,
  type PublicOrder,
  troubleText,
} from "./booking-api";
import { Choices } from "./choices";
import { Details, GreetingDetails, You } from "./details";
import {
  type AddonForm,
  type Draft,
  emptyDraft,
  type Field,
  fieldOf,
  type GreetingName,
  greetingsOf,
  keepDraft,
  keptDraft,
  type OptionName,
  orderOf,
  withOption,
  wrongFields,
} from "./draft";
import { Factors, Items, useQuote } from "./summary";
import { euros, fill, useSpeech, type Words } from "./words";

const OPTION_ICONS: Record<OptionName, IconName> = {
  extension: "headset",
  mailbox: "voicemail",
  "own-number": "phone",
  "country-number": "globe",
};
const GREETING_ICONS: Record<GreetingName, IconName> = {
  none: "ban",
  supplied: "upload",
  vpa: "headset",
  professional: "microphone",
};

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

export function BookingForm(props: BookingFormProps) {
  const { api, form } = props;
  const { language, words } = useSpeech();
  const { draft, put } = useDraft(props);
  const [round, setRound] = useState(0);
  const { quote, failed } = useQuote(api, draft.option, draft.greeting, round);
  const booking = useBooking(props, draft, () => setRound((now) => now + 1));
  const greetings = greetingsOf(form, draft.option);
  const unpriced = failed ? troubleText(failed, words) : null;
  const trouble = booking.trouble ?? unpriced ?? (booking.missing.length > 0 ? words.fix : null);
  const part = { api, form, draft, wrong: booking.wrong, onChange: put };
  const cost = (price: string) => (price === "0.00" ? words.free : euros(price, language));
  const more = (price: string) =>
    price === "0.00" ? words.free : fill(words.more, { price: euros(price, language) });
  return (
    <form
      ref={booking.form}
      className={classes.form}
      noValidate
      data-testid="booking-form"
      onSubmit={(event) => booking.submit(event, quote?.total ?? null)}
    >
      <Choices
        name="option"
        legend={words.option}
        value={draft.option}
        wrong={booking.wrong("option")}
        choices={form.options.map((each) => ({
          value: each.option,
          icon: OPTION_ICONS[each.option],
          name: each.name,
          explanation: each.explanation,
          price: cheapest(form, each, cost, (price) => fill(words.from, { price })),
        }))}
        onChange={(option) => put(withOption(draft, form, option))}
      />
      {greetings.length > 1 ? (
        <div className={classes.part}>
          <Choices
            name="greeting"
            legend={words.greeting}
            value={draft.greeting}
            wrong={booking.wrong("greeting")}
            choices={form.greetings
              .filter((each) => greetings.includes(each.greeting))
              .map((each) => ({
                value: each.greeting,
                icon: GREETING_ICONS[each.greeting],
                name: each.name,
                explanation: each.explanation,
                price: more(each.price),
              }))}
            onChange={(greeting) => put({ greeting })}
          />
          <GreetingDetails {...part} />
        </div>
      ) : null}
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
          disabled={booking.sending || (draft.greeting !== null && !quote && !failed)}
        >
          {booking.sending
            ? words.sending
            : quote?.total === "0.00"
              ? words.submitFree
              : words.submit}
        </button>
      </div>
    </form>
  );
}

/** The least that an option costs: with a greeting where it cannot be without one. */
function cheapest(
  form: AddonForm,
  option: AddonForm["options"][number],
  exact: (price: string) => string,
  from: (price: string) => string,
): string {
  if (option.greetings.includes("none")) {
    return option.greetings.length === 1 ? exact(option.price) : from(exact(option.price));
  }
  if (option.price !== "0.00") return from(exact(option.price));
  const prices = form.greetings
    .filter((each) => option.greetings.includes(each.greeting))
    .map((each) => each.price)
    .sort((a, b) => Number(a.replace(".", "")) - Number(b.replace(".", "")));
  return from(exact(prices[0] ?? option.price));
}
