/** While somebody is asked about a waiting party: connect both, swap, talk together, go back. */
import { useTranslation } from "react-i18next";
import { Icon } from "../../shared/icons";
import { useMe, usePhone, useServices } from "../../shared/services";
import { type Consultation, canConnect, canJoin } from "../conversation";
import { useParty } from "../use-party";
import classes from "./consultation.module.css";

/** What can be done with the pair, by the state of the one who is asked. */
function possible(pair: Consultation, me: string) {
  const { first, consult } = pair;
  const held = first.state === "held" ? first : consult;
  const heard = held === first ? consult : first;
  return {
    complete: canConnect(pair),
    swap: consult.state === "talking" || consult.state === "held",
    join: canJoin(heard, held, me),
    held,
  };
}

/** Ends the consultation and talks with the one who waits. */
function useBack({ first, consult }: Consultation): () => Promise<void> {
  const { phone } = useServices();
  return async () => {
    await phone.hangUp(consult.id);
    const waits = phone.snapshot().calls.find((call) => call.id === first.id);
    if (waits?.state === "held") await phone.resume(first.id);
  };
}

export function ConsultationBar({ pair }: { pair: Consultation }) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { busy } = usePhone();
  const me = useMe();
  const party = useParty();
  const back = useBack(pair);
  const can = possible(pair, me.email);
  const first = party(pair.first);
  const consult = party(pair.consult);
  const free = busy === null;
  return (
    <fieldset className={classes.bar}>
      <legend className="visually-hidden">{t("consult.title")}</legend>
      <button
        type="button"
        className={classes.complete}
        data-testid="transfer-complete"
        disabled={!free || !can.complete}
        onClick={() => void phone.complete()}
      >
        <Icon name="transfer" size={20} />
        <span>
          {t("consult.complete")}
          <small>{t("consult.completeHint", { first, consult })}</small>
        </span>
      </button>
      <div className={classes.row}>
        <button
          type="button"
          data-testid="swap-button"
          disabled={!free || !can.swap}
          onClick={() => void phone.resume(can.held.id)}
        >
          <Icon name="swap" size={19} />
          {t("consult.swap")}
        </button>
        <button
          type="button"
          data-testid="join-button"
          disabled={!free || !can.join}
          onClick={() => void phone.join()}
        >
          <Icon name="conference" size={19} />
          {t("consult.join")}
        </button>
        <button type="button" data-testid="transfer-cancel" onClick={() => void back()}>
          <Icon name="back" size={19} />
          {t("consult.back")}
        </button>
      </div>
    </fieldset>
  );
}
