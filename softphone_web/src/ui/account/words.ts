/** The words around passwords; importing this makes them known. */
import "../../i18n/account";
import { useTranslation } from "react-i18next";

export function useAccountWords() {
  return useTranslation("account").t;
}
