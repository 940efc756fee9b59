/** Makes the words of the pages known as soon as the first of these pages is loaded. */
import i18next from "i18next";
import { pagesDe } from "./pages.de";
import { pagesEn } from "./pages.en";

i18next.addResourceBundle("de", "pages", pagesDe);
i18next.addResourceBundle("en", "pages", pagesEn);
