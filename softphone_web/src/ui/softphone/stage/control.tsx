/** One round button of the stage. */
import { Icon, type IconName } from "../../shared/icons";
import { ariaKeys, keysText, type ShortcutId } from "../shortcuts";
import classes from "./control.module.css";

interface ControlProps {
  icon: IconName;
  label: string;
  testId: string;
  shortcut?: ShortcutId;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

export function Control(props: ControlProps) {
  const { icon, label, testId, shortcut, pressed, expanded, disabled, onClick } = props;
  return (
    <button
      type="button"
      className={classes.control}
      data-testid={testId}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-keyshortcuts={shortcut ? ariaKeys(shortcut) : undefined}
      title={shortcut ? `${label} (${keysText(shortcut)})` : undefined}
      disabled={disabled}
      onClick={onClick}
    >
      <span className={classes.round}>
        <Icon name={icon} size={26} />
      </span>
      {label}
    </button>
  );
}
