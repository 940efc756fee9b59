/** What management may do with somebody's call: end it, hand it over. Nobody listens in. */
import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveCall, LivePerson } from "../../api/types";
import { Icon } from "../shared/icons";
import { Popover } from "../shared/popover";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { BlockButton } from "./block-button";
import { canHandOver, takers } from "./live-board";
import classes from "./live-page.module.css";

interface ActionsProps {
  call: LiveCall;
  /** How the far party is called. */
  party: string;
  people: readonly LivePerson[];
}

function HandOver({ call, party, people }: ActionsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const choices = takers(call, people);
  const give = async (email: string) => {
    try {
      await api.transfer(call.id, { colleague: email });
      const name = people.find((each) => each.email === email)?.name ?? email;
      tell(t("manage.live.transferred", { name }));
    } catch (error) {
      warn(errorText(error));
    }
  };
  return (
    <Popover
      className={classes.panel}
      button={(props) => (
        <button
          type="button"
          {...props}
          className={classes.action}
          aria-label={t("manage.live.transferOf", { name: party })}
          title={t("manage.live.transfer")}
          data-testid="live-transfer"
        >
          <Icon name="transfer" size={19} />
        </button>
      )}
    >
      {(close) =>
        choices.length === 0 ? (
          <p>{t("manage.live.noColleague")}</p>
        ) : (
          <NativeSelect
            label={t("manage.live.transferTo")}
            data-testid="live-transfer-to"
            value=""
            onChange={(event) => {
              void give(event.currentTarget.value);
              close();
            }}
            data={[
              { value: "", label: "…" },
              ...choices.map(({ email, name }) => ({ value: email, label: name })),
            ]}
          />
        )
      }
    </Popover>
  );
}

export function LiveActions(props: ActionsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { call, party } = props;
  const [busy, setBusy] = useState(false);
  const hangUp = async () => {
    setBusy(true);
    try {
      await api.hangUp(call.id);
      tell(t("manage.live.hungUp", { name: party }));
    } catch (error) {
      warn(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className={classes.actions}>
      <BlockButton call={call} party={party} className={classes.action ?? ""} />
      {canHandOver(call) ? <HandOver {...props} /> : null}
      <button
        type="button"
        className={`${classes.action} ${classes.end}`}
        disabled={busy}
        aria-label={t("manage.live.hangUpOf", { name: party })}
        title={t("manage.live.hangUp")}
        data-testid="live-hang-up"
        onClick={() => void hangUp()}
      >
        <Icon name="phone" size={19} />
      </button>
    </span>
  );
}
