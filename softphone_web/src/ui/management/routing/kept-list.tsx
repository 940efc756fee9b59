/** A list of things with a name that one adds, changes and removes: groups, opening hours. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { Icon, type IconName } from "../../shared/icons";
import { useServices } from "../../shared/services";
import { Empty, ListCard } from "../parts";
import { listQuery, newId, putting, useChange } from "./queries";
import classes from "./routing.module.css";

interface RemoveProps {
  path: string;
  name: string;
  /** What is put back where that is undone. */
  body: object;
}

export function Remove({ path, name, body }: RemoveProps) {
  const { t } = useTranslation();
  const change = useChange();
  return (
    <button
      type="button"
      className={buttons.secondary}
      onClick={() =>
        change.mutate(putting(path, body, null, t("manage.routing.removed", { name })))
      }
    >
      {t("manage.routing.remove")}
    </button>
  );
}

interface KeptListProps<T> {
  kind: "groups" | "schedules";
  icon: IconName;
  /** Said where there is none. */
  none: string;
  noneHint: string;
  add: string;
  addTestId: string;
  /** What a new one begins with. */
  fresh: object;
  row: (each: T) => ReactNode;
}

export function KeptList<T>(props: KeptListProps<T>) {
  const { t } = useTranslation();
  const { api } = useServices();
  const change = useChange();
  const found = useQuery(listQuery<T>(api, props.kind));
  const items = found.data?.items ?? [];
  const add = () => {
    const path = `/routing/${props.kind}/${newId()}`;
    change.mutate(putting(path, null, props.fresh, t("manage.routing.saved")));
  };
  return (
    <>
      <ListCard
        loading={found.isPending}
        error={found.error}
        retry={() => void found.refetch()}
        empty={
          items.length === 0 ? (
            <Empty icon={props.icon} title={props.none} hint={props.noneHint} />
          ) : null
        }
      >
        <ul>{items.map(props.row)}</ul>
      </ListCard>
      <div className={classes.actions}>
        <button
          type="button"
          className={buttons.secondary}
          data-testid={props.addTestId}
          onClick={add}
        >
          <Icon name="add" size={18} /> {props.add}
        </button>
      </div>
    </>
  );
}
