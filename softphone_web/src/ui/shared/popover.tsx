/** A button with a panel below it. Escape or a click elsewhere closes it and gives the focus back. */
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import classes from "./popover.module.css";

export interface PopoverButton {
  "aria-expanded": boolean;
  "aria-controls": string;
  onClick: () => void;
}

interface PopoverProps {
  button: (props: PopoverButton) => ReactNode;
  /** `close` gives the focus back to the button. */
  children: (close: () => void) => ReactNode;
  className?: string | undefined;
}

const FOCUSABLE = "button:not(:disabled), input, select, a[href], [tabindex='0']";

export function Popover({ button, children, className }: PopoverProps) {
  const id = useId();
  const around = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    around.current?.querySelector<HTMLElement>("[aria-expanded]")?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const inside = panel.current;
    const first =
      inside?.querySelector<HTMLElement>("[aria-checked=true]") ??
      inside?.querySelector<HTMLElement>(FOCUSABLE);
    first?.focus();
    const outside = (event: Event) => {
      if (!around.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener("pointerdown", outside);
    window.addEventListener("focusin", outside);
    return () => {
      window.removeEventListener("pointerdown", outside);
      window.removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape from whatever has the focus inside
    <div
      ref={around}
      className={classes.around}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      {button({
        "aria-expanded": open,
        "aria-controls": id,
        onClick: () => setOpen(!open),
      })}
      {open ? (
        <div ref={panel} id={id} className={`${classes.panel} ${className ?? ""}`}>
          {children(close)}
        </div>
      ) : null}
    </div>
  );
}
