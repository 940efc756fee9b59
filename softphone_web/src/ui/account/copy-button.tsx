/** The words of account and security; importing this makes them known. */
import "../../i18n/sign-in";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { tell, warn } from "../shared/toasts";

export function useWords() {
  return useTranslation("signIn").t;
}

export function CopyButton({ text }: { text: string }) {
  const w = useWords();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell(w("common.copied")),
      () => warn(text),
    );
  return (
    <button type="button" className={buttons.secondary} onClick={() => void copy()}>
      {w("common.copy")}
    </button>
  );
}
