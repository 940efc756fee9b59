/** Changes that management made, in words: who, when, before and after. */
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Change, Page } from "../../api/types";
import { moment } from "../shared/format";
import { useLanguage } from "../shared/services";
import classes from "./changes.module.css";
import { More } from "./parts";

/** Who changes what the program itself changes. */
export const SYSTEM = "system";

type Field = Change["fields"][number];

function FieldRow({ field }: { field: Field }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{field.name}</dt>
      <dd>
        {field.before === null ? null : (
          <del>
            <span className="visually-hidden">{t("manage.audit.was")}: </span>
            {field.before}
          </del>
        )}
        {field.before !== null && field.after !== null ? <span aria-hidden> → </span> : null}
        {field.after === null ? null : (
          <ins>
            <span className="visually-hidden">{t("manage.audit.is")}: </span>
            {field.after}
          </ins>
        )}
      </dd>
    </div>
  );
}

/** `bare`: among changes of one thing only, which is not named again. */
export function ChangeRow({ change, bare = false }: { change: Change; bare?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const by = change.by === SYSTEM ? t("manage.audit.system") : (change.by_name ?? change.by);
  return (
    <li
      className={classes.change}
      data-bare={bare || undefined}
      data-testid={`audit-${change.action}`}
    >
      <div className={classes.head}>
        <strong>{change.title}</strong>
        {bare ? null : <span className="tabular">{change.subject_name}</span>}
      </div>
      <p className={classes.who}>
        <time className="tabular" dateTime={change.at}>
          {moment(change.at, language)}
        </time>{" "}
        · {by}
      </p>
      <dl className={classes.fields}>
        {change.fields.map((field) => (
          <FieldRow key={field.name} field={field} />
        ))}
      </dl>
    </li>
  );
}

interface HistoryProps {
  title: string;
  query: UseInfiniteQueryResult<InfiniteData<Page<Change>>>;
}

/** All changes of one thing, newest first. */
export function History({ title, query }: HistoryProps) {
  const changes = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (changes.length === 0) return null;
  return (
    <section className={classes.history} aria-label={title}>
      <h3>{title}</h3>
      <ol>
        {changes.map((change) => (
          <ChangeRow key={change.id} change={change} bare />
        ))}
      </ol>
      <More query={query} />
    </section>
  );
}
