/** On or off, with what it means. */
import { type ReactNode, useId } from "react";
import classes from "./switch.module.css";

interface SwitchProps {
  label: ReactNode;
  hint?: ReactNode;
  testId?: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ label, hint, testId, on, disabled, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={classes.row}>
      <span className={classes.words}>
        <span id={id}>{label}</span>
        {hint ? <small id={`${id}-hint`}>{hint}</small> : null}
      </span>
      <button
        type="button"
        role="switch"
        className={classes.switch}
        data-testid={testId}
        aria-checked={on}
        aria-labelledby={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={disabled}
        onClick={() => onChange(!on)}
      >
        <span />
      </button>
    </div>
  );
}
