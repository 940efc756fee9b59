/** A customer by name; those that are known are suggested. */
import { TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import { customersQuery } from "../billing/billing-api";

interface CustomerFieldProps {
  value: string;
  onChange: (value: string) => void;
}

export function CustomerField({ value, onChange }: CustomerFieldProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const id = useId();
  const query = useDebounced(value.trim(), 250);
  const found = useInfiniteQuery(customersQuery(api, { query, check: "" }));
  return (
    <>
      <TextInput
        label={t("manage.tasks.customer")}
        description={t("manage.tasks.customerHint")}
        maxLength={200}
        list={id}
        data-testid="task-customer"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={id}>
        {found.data?.pages[0]?.items.map((each) => (
          <option key={each.id} value={each.name} />
        ))}
      </datalist>
    </>
  );
}
