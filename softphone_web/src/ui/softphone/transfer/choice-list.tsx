/** Colleagues and contacts to choose from; the arrow keys of the field walk through them. */
import { useTranslation } from "react-i18next";
import { initials } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { type Choice, choiceKey } from "../transfer-search";
import classes from "./choice-list.module.css";
import { PresenceSign } from "./presence";
import type { Choices } from "./use-choices";

function Words({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  switch (choice.kind) {
    case "colleague":
      return (
        <>
          <span className={classes.face}>{initials(choice.colleague.name)}</span>
          <strong>{choice.colleague.name}</strong>
          <PresenceSign presence={choice.colleague.presence} />
        </>
      );
    case "contact":
      return (
        <>
          <span className={classes.face}>
            <Icon name="contacts" size={17} />
          </span>
          <strong>
            {choice.contact.name}
            {choice.contact.company ? <small>{choice.contact.company}</small> : null}
          </strong>
          <span className={`${classes.number} tabular`}>{choice.contact.national}</span>
        </>
      );
    default:
      return (
        <>
          <span className={classes.face}>
            <Icon name="phone" size={17} />
          </span>
          <strong className="tabular">{choice.number}</strong>
          <span className={classes.number}>{t("transfer.thisNumber")}</span>
        </>
      );
  }
}

/** The id of the option element, for `aria-activedescendant`. */
export function optionId(list: string, key: string): string {
  return `${list}-${key}`;
}

export function ChoiceList({ id, choices }: { id: string; choices: Choices }) {
  const { t } = useTranslation();
  if (choices.list.length === 0) {
    return (
      <p id={id} className={`${classes.list} ${classes.empty}`} role="status">
        {choices.loading ? t("common.loading") : t("transfer.nobody")}
      </p>
    );
  }
  return (
    <div id={id} role="listbox" className={classes.list} aria-label={t("transfer.list")}>
      {choices.list.map((choice) => {
        const key = choiceKey(choice);
        return (
          // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and points here
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
          <div
            key={key}
            id={optionId(id, key)}
            role="option"
            aria-selected={key === choices.chosenKey}
            className={classes.option}
            data-testid={key}
            ref={(element) => {
              if (element && key === choices.chosenKey)
                element.scrollIntoView({ block: "nearest" });
            }}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choices.choose(choice)}
          >
            <Words choice={choice} />
          </div>
        );
      })}
    </div>
  );
}
