/** A window above the page, or a drawer at its side; the browser keeps the focus inside. */
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./dialog.module.css";
import { Icon } from "./icons";
import { Toasts } from "./toasts";

interface DialogProps {
  title: string;
  side?: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, side = false, onClose, children }: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      // Taken away, not closed, it leaves the focus nowhere: whoever types stands where they were.
      if (document.activeElement === document.body && before instanceof HTMLElement) {
        before.focus({ preventScroll: true });
      }
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it as well, by the browser
    <dialog
      ref={ref}
      className={side ? classes.side : classes.middle}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className={classes.inner}>
        <div className={classes.header}>
          <h2>{title}</h2>
          <button
            type="button"
            className={classes.close}
            aria-label={t("common.close")}
            onClick={() => ref.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
      <Toasts />
    </dialog>
  );
}
