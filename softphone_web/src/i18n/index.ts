/** Languages: German unless the account or the user says otherwise. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../api/types";
import type { accountDe } from "./account.de";
import { de } from "./de";
import { en } from "./en";
import type { manageDe } from "./manage/de";
import type { pagesDe } from "./pages.de";
import type { signInDe } from "./sign-in.de";

declare module "i18next" {
  interface CustomTypeOptions {
    /** `pages`, `manage`, `signIn` and `account` come with the pages that use them. */
    resources: {
      translation: typeof de & { manage: typeof manageDe };
      pages: typeof pagesDe;
      signIn: typeof signInDe;
      account: typeof accountDe;
    };
  }
}

const REMEMBERED = "vermittlung.language";

function atFirst(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered === "de" || remembered === "en") return remembered;
  return navigator.language.startsWith("de") ? "de" : "en";
}

export function language(): Language {
  return i18next.language === "en" ? "en" : "de";
}

export function startI18n(): void {
  void i18next.use(initReactI18next).init({
    resources: { de: { translation: de }, en: { translation: en } },
    lng: atFirst(),
    fallbackLng: "de",
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = language();
}

export function speak(next: Language): void {
  localStorage.setItem(REMEMBERED, next);
  document.documentElement.lang = next;
  if (i18next.language !== next) void i18next.changeLanguage(next);
}
