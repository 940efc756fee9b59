/** Makes the words of management known as soon as one of its pages is loaded. */
import i18next from "i18next";
import { manageDe } from "./de";
import { manageEn } from "./en";

i18next.addResourceBundle("de", "translation", { manage: manageDe }, true);
i18next.addResourceBundle("en", "translation", { manage: manageEn }, true);
