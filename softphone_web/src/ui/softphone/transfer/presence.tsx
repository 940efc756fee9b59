/** Whether a colleague can be reached, in a dot and a word. */
import { useTranslation } from "react-i18next";
import type { Presence } from "../../../api/types";
import classes from "./presence.module.css";

export function PresenceSign({ presence }: { presence: Presence }) {
  const { t } = useTranslation();
  return (
    <span className={classes.presence} data-presence={presence}>
      <span className={classes.dot} />
      {t(`presence.${presence}`)}
    </span>
  );
}
