/** Errors in words: the server's own where it has some, else ours by `error_id`. */
import i18next from "i18next";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../phone/phone";
import type { Trouble } from "../../phone/types";
import { Icon } from "./icons";
import classes from "./trouble.module.css";

export function troubleText(trouble: Trouble): string {
  if (trouble.detail) return trouble.detail;
  const key = `errors.${trouble.errorId}`;
  return i18next.exists(key)
    ? i18next.t(key as "errors.unexpected")
    : i18next.t("errors.unexpected");
}

export function errorText(error: unknown): string {
  return troubleText(troubleOf(error));
}

interface ErrorBoxProps {
  errorId: string;
  children: ReactNode;
  onDismiss?: (() => void) | undefined;
  action?: ReactNode;
}

/** Says what went wrong, at once and aloud. */
export function ErrorBox({ errorId, children, onDismiss, action }: ErrorBoxProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  // A window on a phone is longer than the screen: what went wrong must not stay below its end.
  useEffect(() => {
    if (box.current?.closest("dialog")) box.current.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <div
      ref={box}
      className={classes.box}
      role="alert"
      data-testid="error-message"
      data-error-id={errorId}
    >
      <Icon name="alert" size={18} className={classes.icon} />
      <div className={classes.text}>{children}</div>
      {action}
      {onDismiss ? (
        <button
          type="button"
          className={classes.dismiss}
          onClick={onDismiss}
          aria-label={t("common.close")}
        >
          <Icon name="close" size={16} />
        </button>
      ) : null}
    </div>
  );
}

/** A part of the page that could not be loaded, with a way to try again. */
export function LoadFailed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <ErrorBox
      errorId={troubleOf(error).errorId}
      action={
        <button type="button" className={classes.retry} onClick={retry}>
          {t("common.retry")}
        </button>
      }
    >
      {errorText(error)}
    </ErrorBox>
  );
}
