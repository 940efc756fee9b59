/** Makes the words of account and security known as soon as that page is loaded. */
import i18next from "i18next";
import { signInDe } from "./sign-in.de";
import { signInEn } from "./sign-in.en";

i18next.addResourceBundle("de", "signIn", signInDe);
i18next.addResourceBundle("en", "signIn", signInEn);
