/** The words of the booking form in one language; a page of its own needs no more than this. */
import { createContext, useContext } from "react";
import type { Language } from "../api/types";
import { wordsDe } from "./words.de";
import { wordsEn } from "./words.en";

export type Words = typeof wordsDe;

export const wordsOf = (language: Language): Words => (language === "de" ? wordsDe : wordsEn);

/** `text` with its `{{places}}` filled in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/{{(\w+)}}/g, (_, name: string) => String(values[name] ?? ""));
}

interface Speech {
  language: Language;
  words: Words;
}

const Speaking = createContext<Speech>({ language: "de", words: wordsDe });

export const SpeakingProvider = Speaking.Provider;
export const useSpeech = (): Speech => useContext(Speaking);

const REMEMBERED = "vermittlung.language";

/** What the browser remembers, else what it speaks; null where the link may decide. */
export function remembered(): Language | null {
  const found = localStorage.getItem(REMEMBERED);
  return found === "de" || found === "en" ? found : null;
}

export function remember(language: Language): void {
  localStorage.setItem(REMEMBERED, language);
}

/** `49.90` is `49,90 €` or `€49.90`; its digits stay as they are. */
export function euros(amount: string, language: Language): string {
  return language === "de" ? `${amount.replace(".", ",")} €` : `€${amount}`;
}
