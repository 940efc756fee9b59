/** The fields by which calls are searched and summed up. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { countryName } from "../shared/format";
import { countriesQuery, numbersQuery, tasksQuery, usersQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { type CallFilter, DIRECTIONS, type Field, OUTCOMES, SPANS, TYPES } from "./call-filter";

export interface FieldsProps {
  filter: CallFilter;
  onChange: (filter: CallFilter) => void;
}

export function PeriodFields({ filter, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <NativeSelect
        label={t("manage.calls.period")}
        data-testid="calls-period"
        value={filter.period}
        onChange={(event) => {
          const period = SPANS.find((each) => each === event.currentTarget.value);
          if (period) onChange({ ...filter, period });
        }}
        data={SPANS.map((each) => ({ value: each, label: t(`manage.calls.periods.${each}`) }))}
      />
      {filter.period === "days"
        ? (["from", "to"] as const).map((name) => (
            <TextInput
              key={name}
              type="date"
              label={t(`manage.calls.${name}`)}
              value={filter[name]}
              onChange={(event) => onChange({ ...filter, [name]: event.currentTarget.value })}
            />
          ))
        : null}
    </>
  );
}

interface ChoiceProps extends FieldsProps {
  field: Field;
  label: string;
  options: readonly { value: string; label: string }[];
}

export function Choice({ field, label, options, filter, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const value = filter[field];
  // Somebody who is gone, or a number that is: it is shown all the same.
  const known = value === "" || options.some((option) => option.value === value);
  return (
    <NativeSelect
      label={label}
      data-testid={`calls-${field}`}
      value={value}
      onChange={(event) => onChange({ ...filter, [field]: event.currentTarget.value })}
      data={[
        { value: "", label: t("common.allOf") },
        ...(known ? [] : [{ value, label: value }]),
        ...options,
      ]}
    />
  );
}

export function PersonField(props: FieldsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const options = users.map(({ email, name }) => ({ value: email, label: name }));
  return <Choice {...props} field="user" label={t("manage.calls.person")} options={options} />;
}

/** Typed, with what there is below: there may be thousands of tasks. */
function TypedField({ field, filter, onChange }: FieldsProps & { field: "task" | "customer" }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const id = useId();
  const typed = useDebounced(filter[field], 250);
  const tasks = useQuery(tasksQuery(api, typed)).data?.items ?? [];
  const customers = [...new Set(tasks.map(({ customer }) => customer))].filter(Boolean);
  return (
    <>
      <TextInput
        label={t(`manage.calls.${field}`)}
        data-testid={`calls-${field}`}
        list={id}
        autoComplete="off"
        value={filter[field]}
        onChange={(event) => onChange({ ...filter, [field]: event.currentTarget.value })}
      />
      <datalist id={id}>
        {field === "task"
          ? tasks.map(({ external_id, title }) => (
              <option key={external_id} value={external_id}>
                {title}
              </option>
            ))
          : customers.map((customer) => <option key={customer} value={customer} />)}
      </datalist>
    </>
  );
}

/** What statistics and the search both know. */
export function FurtherFields(props: FieldsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const countries = useQuery(countriesQuery(api)).data?.items ?? [];
  const numbers = useQuery({ ...numbersQuery(api), retry: false }).data?.items ?? [];
  const groups = useQuery({ queryKey: ["call-groups"], queryFn: api.callGroups }).data?.items ?? [];
  const codes = countries.filter(({ allowed }) => allowed).map(({ code }) => code);
  return (
    <>
      <TypedField {...props} field="task" />
      <TypedField {...props} field="customer" />
      <Choice
        {...props}
        field="country"
        label={t("manage.calls.country")}
        options={codes.map((value) => ({ value, label: countryName(value, language) }))}
      />
      <Choice
        {...props}
        field="type"
        label={t("manage.calls.type")}
        options={TYPES.map((value) => ({ value, label: t(`manage.calls.types.${value}`) }))}
      />
      {numbers.length > 0 ? (
        <Choice
          {...props}
          field="did"
          label={t("manage.calls.did")}
          options={numbers.map(({ e164, label, national }) => ({
            value: e164,
            label: `${label} ${national}`,
          }))}
        />
      ) : null}
      {groups.length > 0 ? (
        <Choice
          {...props}
          field="group"
          label={t("manage.calls.group")}
          options={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <Choice
        {...props}
        field="direction"
        label={t("manage.calls.direction")}
        options={DIRECTIONS.map((value) => ({ value, label: t(`recent.${value}`) }))}
      />
      <Choice
        {...props}
        field="outcome"
        label={t("manage.calls.outcome")}
        options={OUTCOMES.map((value) => ({ value, label: t(`manage.calls.outcomes.${value}`) }))}
      />
    </>
  );
}
