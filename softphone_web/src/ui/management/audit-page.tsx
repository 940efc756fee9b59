/** Every change that management made, in words: who, when, before and after. */
import { NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Change, Page } from "../../api/types";
import { usersQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { bounds, type CallFilter, NO_FILTER } from "./call-filter";
import { PeriodFields } from "./call-filter-fields";
import { ChangeRow, SYSTEM } from "./changes";
import list from "./list.module.css";
import { Empty, ListCard, More } from "./parts";

const PAGE_CHANGES = 50;

interface Filter {
  period: CallFilter;
  by: string;
  kind: string;
  subject: string;
}

interface ToolsProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

function Tools({ filter, onChange }: ToolsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const kinds =
    useQuery({ queryKey: ["audit", "kinds", language], queryFn: api.auditKinds }).data?.items ?? [];
  const all = { value: "", label: t("common.allOf") };
  return (
    <search className={list.tools}>
      <PeriodFields filter={filter.period} onChange={(period) => onChange({ ...filter, period })} />
      <NativeSelect
        label={t("manage.audit.by")}
        data-testid="audit-by"
        value={filter.by}
        onChange={(event) => onChange({ ...filter, by: event.currentTarget.value })}
        data={[
          all,
          ...users.map(({ email, name }) => ({ value: email, label: name })),
          { value: SYSTEM, label: t("manage.audit.system") },
        ]}
      />
      <NativeSelect
        label={t("manage.audit.kind")}
        data-testid="audit-kind"
        value={filter.kind}
        onChange={(event) => onChange({ ...filter, kind: event.currentTarget.value })}
        data={[all, ...kinds.map(({ kind, name }) => ({ value: kind, label: name }))]}
      />
      <TextInput
        label={t("manage.audit.subject")}
        placeholder={t("manage.audit.subjectHint")}
        data-testid="audit-subject"
        value={filter.subject}
        onChange={(event) => onChange({ ...filter, subject: event.currentTarget.value })}
      />
    </search>
  );
}

/** A number may be typed with spaces; all else is looked for as it was typed. */
function subjectOf(typed: string): string {
  const plain = typed.trim();
  return plain.startsWith("+") ? `+${plain.replace(/\D/g, "")}` : plain;
}

export function AuditPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [filter, setFilter] = useState<Filter>({
    period: { ...NO_FILTER, period: "month" },
    by: "",
    kind: "",
    subject: "",
  });
  const language = useLanguage();
  const settled = useDebounced(filter, 300);
  const search = {
    ...bounds(settled.period, new Date()),
    by: settled.by,
    kind: settled.kind,
    subject: subjectOf(settled.subject),
  };
  const query = useInfiniteQuery({
    queryKey: ["audit", language, search],
    queryFn: ({ pageParam, signal }) =>
      api.audit({ ...search, cursor: pageParam, limit: PAGE_CHANGES }, signal),
    initialPageParam: "",
    getNextPageParam: (page: Page<Change>) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const changes = query.data?.pages.flatMap((page) => page.items) ?? [];
  const empty = <Empty icon="shield" title={t("manage.audit.empty")} />;
  return (
    <>
      <Tools filter={filter} onChange={setFilter} />
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={changes.length === 0 ? empty : null}
      >
        <ul data-testid="audit-list">
          {changes.map((change) => (
            <ChangeRow key={change.id} change={change} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
    </>
  );
}
