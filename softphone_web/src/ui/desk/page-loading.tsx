/** The outline of a page whose code is still on its way. */
import { useTranslation } from "react-i18next";
import classes from "./page-loading.module.css";

export function PageLoading() {
  const { t } = useTranslation();
  return (
    <div className={classes.page} aria-busy="true">
      <span className="visually-hidden">{t("common.loading")}</span>
      <div className={classes.title} />
      <div className={classes.card} />
    </div>
  );
}
