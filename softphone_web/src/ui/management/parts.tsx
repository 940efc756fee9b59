/** Small parts that several lists share. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../shared/icons";
import { LoadFailed } from "../shared/trouble";
import classes from "./list.module.css";

const ROWS = ["a", "b", "c", "d", "e"];

export function Empty({ icon, title, hint }: { icon: IconName; title: string; hint?: string }) {
  return (
    <div className={classes.empty}>
      <span>
        <Icon name={icon} size={26} />
      </span>
      <strong>{title}</strong>
      {hint ? <p>{hint}</p> : null}
    </div>
  );
}

interface ListCardProps {
  loading: boolean;
  error: unknown;
  retry: () => void;
  /** Shown where there is nothing to list. */
  empty: ReactNode | null;
  children: ReactNode;
}

/** A list that loads, fails, is empty, or is there. */
export function ListCard({ loading, error, retry, empty, children }: ListCardProps) {
  if (error) return <LoadFailed error={error} retry={retry} />;
  return (
    <div className={classes.card} aria-busy={loading || undefined}>
      {loading ? ROWS.map((key) => <div key={key} className={classes.loading} />) : null}
      {loading ? null : (empty ?? children)}
    </div>
  );
}

interface MoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

export function More({ query }: MoreProps) {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <div className={classes.more}>
      <Button
        variant="light"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {t("common.more")}
      </Button>
    </div>
  );
}
