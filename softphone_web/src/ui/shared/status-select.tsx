/** What I say of myself: whether calls may ring here. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Api } from "../../api/client";
import type { Me, Status } from "../../api/types";
import { Icon } from "./icons";
import { newestWins } from "./latest";
import { Popover } from "./popover";
import { keys } from "./queries";
import { useMe, useServices } from "./services";
import classes from "./status-select.module.css";
import { warn } from "./toasts";

export const STATUSES: readonly Status[] = ["available", "busy", "away", "off"];

const send = newestWins((api: Api, status: Status) => api.setStatus(status));

/** Sets my status at once; where the server will not have it, it is what the server has. */
export function useSetStatus(): (status: Status) => void {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const show = (status: Status) =>
    queries.setQueryData<Me | null>(keys.me, (me) => (me ? { ...me, status } : me));
  return async (status) => {
    const before = queries.getQueryData<Me | null>(keys.me)?.status ?? "available";
    show(status);
    const settled = await send(api, status, before);
    if (settled.is === "done") show(settled.answer.status);
    if (settled.is !== "refused") return;
    show(settled.stands);
    warn(t("status.failed"));
  };
}

export function StatusSelect() {
  const { t } = useTranslation();
  const { status } = useMe();
  const setStatus = useSetStatus();
  return (
    <Popover
      className={classes.panel}
      button={(props) => (
        <button
          {...props}
          type="button"
          className={classes.button}
          data-testid="status-select"
          data-status={status}
          aria-haspopup="menu"
          aria-label={`${t("status.label")}: ${t(`status.${status}`)}`}
        >
          <span className={classes.dot} data-of={status} />
          <span className={classes.word}>{t(`status.${status}`)}</span>
          <Icon name="chevron" size={15} />
        </button>
      )}
    >
      {(close) => <Options chosen={status} choose={setStatus} close={close} />}
    </Popover>
  );
}

interface OptionsProps {
  chosen: Status;
  choose: (status: Status) => void;
  close: () => void;
}

function Options({ chosen, choose, close }: OptionsProps) {
  const { t } = useTranslation();
  return (
    <div
      role="menu"
      aria-label={t("status.label")}
      onKeyDown={(event) => {
        const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        if (by === 0) return;
        event.preventDefault();
        const items = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
        const at = items.indexOf(document.activeElement as HTMLElement);
        items[(at + by + items.length) % items.length]?.focus();
      }}
    >
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          role="menuitemradio"
          aria-checked={status === chosen}
          className={classes.option}
          data-status={status}
          onClick={() => {
            choose(status);
            close();
          }}
        >
          <span className={classes.dot} data-of={status} />
          <span className={classes.words}>
            {t(`status.${status}`)}
            <small>{t(`status.hint.${status}`)}</small>
          </span>
          {status === chosen ? <Icon name="check" size={18} /> : null}
        </button>
      ))}
    </div>
  );
}
