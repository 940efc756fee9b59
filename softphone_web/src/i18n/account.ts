/** Makes the words around passwords known as soon as one of their pages is loaded. */
import i18next from "i18next";
import { accountDe } from "./account.de";
import { accountEn } from "./account.en";

i18next.addResourceBundle("de", "account", accountDe);
i18next.addResourceBundle("en", "account", accountEn);
