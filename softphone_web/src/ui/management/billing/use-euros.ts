/** How amounts of money are written. */
import { decimal } from "../../shared/format";
import { useLanguage } from "../../shared/services";

/** `12.50` is `12,50 €` in German; a dash where no amount is known. */
export function useEuros(): (amount: string | null) => string {
  const language = useLanguage();
  return (amount) => (amount === null ? "–" : `${decimal(amount, language)} €`);
}
