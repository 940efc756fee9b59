/** The own password, changed in a dialog. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { useMe } from "../shared/services";
import { PasswordDialog } from "./password-dialog";
import classes from "./sign-in.module.css";
import { useAccountWords } from "./words";

export function PasswordSection() {
  const w = useAccountWords();
  const { t } = useTranslation();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const left = me.password_days_left;
  return (
    <section className={classes.section} aria-labelledby="password-title">
      <div className={classes.top}>
        <div>
          <h2 id="password-title">{w("change.section")}</h2>
          <p>{left == null ? w("change.hint") : t("menu.passwordSoon", { count: left })}</p>
        </div>
        <button
          type="button"
          className={buttons.secondary}
          data-testid="open-password"
          onClick={() => setOpen(true)}
        >
          {w("change.submit")}
        </button>
      </div>
      {open ? <PasswordDialog onClose={() => setOpen(false)} /> : null}
    </section>
  );
}
