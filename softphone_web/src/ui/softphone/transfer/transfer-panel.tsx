/**
 * Hand the call over, or call somebody else in it: one field that takes a name or a number.
 *
 * Arrow keys choose, Enter asks first, Ctrl+Enter connects now, Escape closes.
 */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Target } from "../../../phone/types";
import buttons from "../../shared/button.module.css";
import { Icon } from "../../shared/icons";
import { usePhone, useServices } from "../../shared/services";
import { NumberPreview } from "../number-preview";
import { type Choice, reachable } from "../transfer-search";
import { type Checked, useCheck } from "../use-check";
import { ChoiceList, optionId } from "./choice-list";
import { CountrySelect } from "./country-select";
import classes from "./transfer-panel.module.css";
import { type Choices, useChoices } from "./use-choices";

export type PanelMode = "transfer" | "add";

interface TransferPanelProps {
  mode: PanelMode;
  /** Who is waiting, for the words. */
  party: string;
  country: string;
  /** What the call is for: it decides about the new one as well. */
  task: string;
  onClose: () => void;
}

function targetOf(choice: Choice | null, country: string): Target | null {
  switch (choice?.kind) {
    case "colleague":
      return { colleague: choice.colleague.email };
    case "contact":
      return { number: choice.contact.number, country };
    case "number":
      return { number: choice.number, country };
    default:
      return null;
  }
}

/** Whether the server would dial it; colleagues are asked nothing. */
function mayCall(choice: Choice | null, checked: Checked): boolean {
  if (!choice) return false;
  if (choice.kind === "colleague") return true;
  return checked.check?.allowed === true && !checked.stale;
}

interface WordProps {
  choices: Choices;
  checked: Checked;
  typed: string;
}

/** What would happen with whom is chosen. */
function Word({ choices, checked, typed }: WordProps) {
  const { t } = useTranslation();
  const { chosen } = choices;
  if (chosen && chosen.kind !== "colleague")
    return <NumberPreview checked={checked} typed={typed} />;
  const away = chosen && !reachable(chosen.colleague);
  return (
    <p className={classes.word} role="status">
      {away
        ? t(`transfer.away.${chosen.colleague.presence}`, {
            name: chosen.colleague.name,
            defaultValue: "",
          })
        : t("transfer.hint")}
    </p>
  );
}

export function TransferPanel({ mode, party, country: first, task, onClose }: TransferPanelProps) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { busy } = usePhone();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [country, setCountry] = useState(first);
  const choices = useChoices(text);
  const { chosen } = choices;
  const number = chosen?.kind === "number" ? chosen.number : "";
  const wanted = chosen?.kind === "contact" ? chosen.contact.number : number;
  const checked = useCheck(country, wanted, task);
  const target = targetOf(chosen, country);
  const ready = target !== null && busy === null && mayCall(chosen, checked);
  useEffect(() => field.current?.focus(), []);

  const consult = () => {
    if (!ready || !target) return;
    onClose();
    void phone.consult(target);
  };
  const blind = () => {
    if (!ready || !target || mode !== "transfer") return;
    onClose();
    void phone.transfer(target);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choices.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) blind();
      else consult();
    }
  };
  return (
    <section
      className={classes.panel}
      data-testid="transfer-panel"
      data-mode={mode}
      aria-label={t(`transfer.title.${mode}`)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={classes.header}>
        <div>
          <h2>{t(`transfer.title.${mode}`)}</h2>
          <p>{t(`transfer.intro.${mode}`, { party })}</p>
        </div>
        <button
          type="button"
          className={classes.close}
          aria-label={t("common.close")}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <div className={classes.row}>
        <CountrySelect country={country} onChange={setCountry} testId="transfer-country" />
        <input
          ref={field}
          data-testid="transfer-number"
          role="combobox"
          aria-label={t("transfer.field")}
          aria-expanded={true}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={choices.chosenKey ? optionId(id, choices.chosenKey) : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder={t("transfer.placeholder")}
          value={text}
          onChange={(event) => {
            choices.forget();
            setText(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ChoiceList id={id} choices={choices} />
      <div className={classes.preview}>
        <Word choices={choices} checked={checked} typed={text} />
      </div>
      <div className={classes.actions} data-mode={mode}>
        {mode === "transfer" ? (
          <button
            type="button"
            className={buttons.secondary}
            data-testid="transfer-blind"
            disabled={!ready}
            title="Ctrl+Enter"
            onClick={blind}
          >
            <Icon name="transfer" size={19} />
            {t("transfer.blind")}
          </button>
        ) : null}
        <button
          type="button"
          className={buttons.primary}
          data-testid="transfer-consult"
          disabled={!ready}
          title="Enter"
          onClick={consult}
        >
          <Icon name="phone" size={19} />
          {mode === "transfer" ? t("transfer.consult") : t("transfer.call")}
        </button>
      </div>
    </section>
  );
}
