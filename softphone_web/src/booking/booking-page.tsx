/** The page behind a customer's link: the form, and what was booked with it. */
import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { Language } from "../api/types";
import buttons from "../ui/shared/button.module.css";
import { Icon } from "../ui/shared/icons";
import { Logo } from "../ui/shared/logo";
import { Segments } from "../ui/shared/segments";
import classes from "./booking.module.css";
import {
  asBookingError,
  BookingApi,
  type BookingError,
  type PublicOrder,
  troubleText,
} from "./booking-api";
import { BookingForm } from "./booking-form";
import type { AddonForm } from "./draft";
import { Orders } from "./orders";
import { fill, remember, remembered, SpeakingProvider, useSpeech, wordsOf } from "./words";

const LANGUAGES = [
  { value: "de", label: "Deutsch" },
  { value: "en", label: "English" },
] as const;

type Loaded<T> = { data: T | null; error: BookingError | null; retry: () => void };

/** Loads anew where `load` is another one. */
function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; error: BookingError | null }>({
    data: null,
    error: null,
  });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is a wish to try again
  useEffect(() => {
    let wanted = true;
    load().then(
      (data) => {
        if (wanted) setState({ data, error: null });
      },
      (error: unknown) => {
        if (wanted) setState({ data: null, error: asBookingError(error) });
      },
    );
    return () => {
      wanted = false;
    };
  }, [load, round]);
  return { ...state, retry: () => setRound((now) => now + 1) };
}

function Failed({ error, retry }: { error: BookingError; retry: () => void }) {
  const { words } = useSpeech();
  return (
    <div
      className={classes.failed}
      role="alert"
      data-testid="booking-failed"
      data-error-id={error.errorId}
    >
      <Icon name="alert" size={22} />
      <p>{troubleText(error, words)}</p>
      <button type="button" className={buttons.secondary} onClick={retry}>
        {words.retry}
      </button>
    </div>
  );
}

function Loading() {
  const { words } = useSpeech();
  return (
    <p className={classes.loading} role="status">
      {words.loading}
    </p>
  );
}

interface FrameProps {
  form: AddonForm | null;
  onLanguage: (language: Language) => void;
  children: ReactNode;
}

function Frame({ form, onLanguage, children }: FrameProps) {
  const { language, words } = useSpeech();
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <span className={classes.brand}>
          <Logo size={32} />
          {form?.company ?? ""}
        </span>
        <Segments
          label={words.language}
          value={language}
          options={LANGUAGES}
          onChange={onLanguage}
        />
      </header>
      <main className={classes.main}>{children}</main>
    </div>
  );
}

/** `/book/{token}` is the form, `/book/{token}/orders` what was booked. */
function useView() {
  const read = () => window.location.pathname.split("/")[3] === "orders";
  const [orders, setOrders] = useState(read);
  useEffect(() => {
    const back = () => setOrders(read());
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  });
  const show = (token: string, next: boolean) => {
    window.history.pushState(null, "", `/book/${token}${next ? "/orders" : ""}`);
    window.scrollTo(0, 0);
    setOrders(next);
  };
  return { orders, show };
}

interface ViewProps {
  api: BookingApi;
  token: string;
  form: AddonForm;
}

function Booked({
  api,
  fresh,
}: {
  api: BookingApi;
  fresh: { number: string; email: string } | null;
}) {
  const { data, error, retry } = useLoaded(api.orders);
  if (error) return <Failed error={error} retry={retry} />;
  return data ? <Orders orders={data.items} fresh={fresh} /> : <Loading />;
}

function View({ api, token, form }: ViewProps) {
  const { words } = useSpeech();
  const { orders, show } = useView();
  const [fresh, setFresh] = useState<{ number: string; email: string } | null>(null);
  const booked = (order: PublicOrder, email: string) => {
    setFresh({ number: order.number, email });
    show(token, true);
  };
  const others = form.orders + (fresh ? 1 : 0);
  return (
    <>
      <div className={classes.intro}>
        <h1>{orders ? words.orders : words.title}</h1>
        {orders ? null : <p>{fill(words.intro, { customer: form.customer })}</p>}
        {orders || others > 0 ? (
          <button
            type="button"
            className={buttons.secondary}
            data-testid={orders ? "booking-back" : "booking-orders"}
            onClick={() => show(token, !orders)}
          >
            {orders
              ? fresh
                ? words.another
                : words.back
              : fill(words.ordersCount, { count: others })}
          </button>
        ) : null}
      </div>
      {orders ? (
        <Booked api={api} fresh={fresh} />
      ) : (
        <BookingForm api={api} token={token} form={form} onBooked={booked} />
      )}
    </>
  );
}

function atFirst(): Language {
  return remembered() ?? (navigator.language.startsWith("de") ? "de" : "en");
}

export function BookingPage() {
  const token = decodeURIComponent(window.location.pathname.split("/")[2] ?? "");
  const [language, setLanguage] = useState<Language>(atFirst);
  const api = useMemo(() => new BookingApi(token, language), [token, language]);
  const { data: form, error, retry } = useLoaded(api.form);
  const speech = useMemo(() => ({ language, words: wordsOf(language) }), [language]);
  const own = form?.language;
  useEffect(() => {
    // The link is in the customer's language; whoever has chosen one keeps theirs.
    if (own && !remembered()) setLanguage(own);
  }, [own]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = speech.words.title;
  }, [language, speech]);
  return (
    <SpeakingProvider value={speech}>
      <Frame
        form={form}
        onLanguage={(next) => {
          remember(next);
          setLanguage(next);
        }}
      >
        {error ? (
          <>
            <div className={classes.intro}>
              <h1>{speech.words.title}</h1>
            </div>
            <Failed error={error} retry={retry} />
          </>
        ) : null}
        {form ? <View api={api} token={token} form={form} /> : error ? null : <Loading />}
      </Frame>
    </SpeakingProvider>
  );
}
