/** All keys, in one sheet. */
import { useTranslation } from "react-i18next";
import { Dialog } from "../shared/dialog";
import classes from "./help-sheet.module.css";
import { keysText, type ShortcutId } from "./shortcuts";

const GROUPS: readonly { title: "call" | "everywhere"; ids: readonly ShortcutId[] }[] = [
  { title: "call", ids: ["mute", "hold", "transfer", "keypad"] },
  { title: "everywhere", ids: ["answer", "decline", "call", "dismiss", "help"] },
];

export function HelpSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      <div className={classes.sheet} data-testid="help-sheet">
        {GROUPS.map(({ title, ids }) => (
          <section key={title}>
            <h3>{t(`help.groups.${title}`)}</h3>
            <dl>
              {ids.map((id) => (
                <div key={id}>
                  <dt>{t(`help.keys.${id}`)}</dt>
                  <dd>
                    {keysText(id)
                      .split("+")
                      .map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                  </dd>
                </div>
              ))}
              {title === "call" ? (
                <div>
                  <dt>{t("help.digits")}</dt>
                  <dd>
                    <kbd>0–9</kbd>
                    <kbd>*</kbd>
                    <kbd>#</kbd>
                  </dd>
                </div>
              ) : null}
            </dl>
          </section>
        ))}
        <p>{t("help.typing")}</p>
      </div>
    </Dialog>
  );
}
