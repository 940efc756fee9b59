/** The words of the pages; importing this makes them known. */
import "../../i18n/pages";
import { useTranslation } from "react-i18next";

export function useWords() {
  return useTranslation("pages").t;
}
