/** Small parts that the pages around the phone share. */
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { Icon, type IconName } from "../shared/icons";
import { LoadFailed } from "../shared/trouble";
import classes from "./page.module.css";

interface PageHeadProps {
  title: string;
  intro: string;
  children?: ReactNode;
}

export function PageHead({ title, intro, children }: PageHeadProps) {
  return (
    <header className={classes.head}>
      <div>
        <h1>{title}</h1>
        <p>{intro}</p>
      </div>
      {children ? <div className={classes.actions}>{children}</div> : null}
    </header>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  hint?: string;
  children?: ReactNode;
}

/** Nothing there: why, and what to do about it. */
export function Empty({ icon, title, hint, children }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <span>
        <Icon name={icon} size={26} />
      </span>
      <strong>{title}</strong>
      {hint ? <p>{hint}</p> : null}
      {children ? <div className={classes.emptyActions}>{children}</div> : null}
    </div>
  );
}

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** As large as the rows that will come. */
export function LoadingRows() {
  const { t } = useTranslation();
  return (
    <div className={classes.card} aria-busy="true">
      <span className="visually-hidden">{t("common.loading")}</span>
      {ROWS.map((key) => (
        <div key={key} className={classes.loading} />
      ))}
    </div>
  );
}

interface ListProps {
  loading: boolean;
  error: unknown;
  retry: () => void;
  /** What is shown instead of a list without items; null where there are some. */
  empty: ReactNode | null;
  /** An older answer is shown while the next one is on its way. */
  stale?: boolean;
  children: ReactNode;
}

/** A list that loads, fails, is empty, or is there. */
export function List({ loading, error, retry, empty, stale = false, children }: ListProps) {
  if (loading) return <LoadingRows />;
  if (error) return <LoadFailed error={error} retry={retry} />;
  if (empty) return <div className={classes.card}>{empty}</div>;
  return <div className={stale ? classes.stale : undefined}>{children}</div>;
}

interface MoreProps {
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage: () => unknown;
  };
}

/** The next page comes by itself when the end is near; the button is for when it did not. */
export function More({ query }: MoreProps) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const wanted = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    const element = end.current;
    if (!element || !wanted) return;
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) fetchNextPage();
      },
      { rootMargin: "600px" },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, [wanted, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={end} className={classes.more}>
      <button
        type="button"
        className={buttons.quiet}
        disabled={isFetchingNextPage}
        onClick={() => void fetchNextPage()}
      >
        {isFetchingNextPage ? t("common.loading") : t("common.more")}
      </button>
    </div>
  );
}
