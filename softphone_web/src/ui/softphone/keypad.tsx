/** Twelve keys; typing and pasting do the same. */
import { useTranslation } from "react-i18next";
import classes from "./keypad.module.css";

const KEYS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;

interface KeypadProps {
  tones: string;
  onKey: (key: string) => void;
}

export function Keypad({ tones, onKey }: KeypadProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.keypad} data-testid="keypad">
      <output className={`${classes.tones} tabular`} aria-label={t("call.tones")}>
        {tones ? tones.slice(-24) : <span>{t("call.pasteHint")}</span>}
      </output>
      <div className={classes.keys}>
        {KEYS.map(([key, letters]) => (
          <button
            key={key}
            type="button"
            data-testid={`key-${key}`}
            aria-label={t("call.toneKey", { key: `${key} ${letters}`.trim() })}
            onClick={() => onKey(key)}
          >
            {key} <small>{letters}</small>
          </button>
        ))}
      </div>
    </div>
  );
}
