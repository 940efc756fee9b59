/** For what cannot be undone: it takes a second click. */
import { useState } from "react";
import buttons from "../shared/button.module.css";

interface SureProps {
  /** What it does, and the same once more when it takes only one more click. */
  label: string;
  sure: string;
  /** Whose or which, for who does not see where it stands. */
  name: string;
  testId: string;
  disabled?: boolean;
  onSure: () => void;
}

export function SureButton({ label, sure, name, testId, disabled, onSure }: SureProps) {
  const [armed, setArmed] = useState(false);
  const click = () => {
    if (armed) onSure();
    setArmed(!armed);
  };
  return (
    <button
      type="button"
      className={buttons.secondary}
      data-testid={testId}
      disabled={disabled}
      aria-label={armed ? undefined : name}
      onClick={click}
      onBlur={() => setArmed(false)}
    >
      {armed ? sure : label}
    </button>
  );
}
