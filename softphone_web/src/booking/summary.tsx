/** What the chosen add-on costs, as the server says, before anything is sent. */
import { useEffect, useState } from "react";
import { decimal } from "../ui/shared/format";
import classes from "./booking.module.css";
import { asBookingError, type BookingApi, type BookingError, type Quote } from "./booking-api";
import type { GreetingName, OptionName } from "./draft";
import { euros, fill, useSpeech } from "./words";

interface Quoted {
  quote: Quote | null;
  /** Why there is none; null also while it is asked for. */
  failed: BookingError | null;
}

const NONE: Quoted = { quote: null, failed: null };

/** The quote of a choice; another `round` asks again. */
export function useQuote(
  api: BookingApi,
  option: OptionName | null,
  greeting: GreetingName | null,
  round: number,
): Quoted {
  const [quoted, setQuoted] = useState(NONE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is a wish to ask again
  useEffect(() => {
    let wanted = true;
    setQuoted(NONE);
    if (!option || !greeting) return;
    api.quote(option, greeting).then(
      (quote) => {
        if (wanted) setQuoted({ quote, failed: null });
      },
      (error: unknown) => {
        if (wanted) setQuoted({ quote: null, failed: asBookingError(error) });
      },
    );
    return () => {
      wanted = false;
    };
  }, [api, option, greeting, round]);
  return quoted;
}

export function Items({ items, total }: Pick<Quote, "items" | "total">) {
  const { language, words } = useSpeech();
  return (
    <dl className={classes.items}>
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.text}</dt>
          <dd className="tabular">{euros(item.price, language)}</dd>
        </div>
      ))}
      <div className={classes.total}>
        <dt>{words.total}</dt>
        <dd className="tabular" data-testid="booking-total">
          {euros(total, language)}
        </dd>
      </div>
    </dl>
  );
}

interface FactorsProps {
  factors: Quote["factors"];
  note: string;
}

export function Factors({ factors, note }: FactorsProps) {
  const { language, words } = useSpeech();
  return (
    <details className={classes.factors}>
      <summary>{words.onTop}</summary>
      <p>{note}</p>
      <ul>
        {factors.map((line) => (
          <li key={line.area}>
            <span>{line.text}</span>
            <span className="tabular">
              {fill(words.factor, { factor: decimal(line.factor, language) })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
