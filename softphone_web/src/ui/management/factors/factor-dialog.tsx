/** New factors from a day on, with what they change. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { date, dayKey, decimal } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { AREAS } from "../areas";
import {
  type FactorSet,
  type Factors,
  putFactors,
  removeFactors,
  useTaskChange,
} from "../tasks/tasks-api";
import { type FactorField, FIELDS, factorsOf, setOf, thousandths, validOn } from "./factor-table";
import classes from "./factors.module.css";

const GROUPS = [
  ["base", ["base_backoffice", "base_sales"]],
  ["surcharge", ["surcharge_de", "surcharge_eu"]],
  ["pay", ["pay_backoffice", "pay_sales"]],
] as const;

export const bare = ({ valid_from, ...row }: Factors): FactorSet => ({
  valid_from,
  base_backoffice: row.base_backoffice,
  base_sales: row.base_sales,
  surcharge_de: row.surcharge_de,
  surcharge_eu: row.surcharge_eu,
  pay_backoffice: row.pay_backoffice,
  pay_sales: row.pay_sales,
});

function usePut(rows: readonly Factors[], onDone: () => void) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const back = useTaskChange((set: FactorSet) => {
    const before = rows.find((row) => row.valid_from === set.valid_from);
    return before ? putFactors(api, bare(before)) : removeFactors(api, set.valid_from);
  });
  return useTaskChange(
    (set: FactorSet) => putFactors(api, set),
    (_, set) => {
      const said = t("manage.factors.saved", { day: date(set.valid_from, language) });
      tell(said, () => back.mutate(set));
      onDone();
    },
  );
}

interface PreviewProps {
  set: FactorSet | null;
  before: Factors | undefined;
  /** How many tasks keep the factors that they were booked with. */
  frozen: number;
}

/** Before and after, area by area; and whom it does not touch. */
function Preview({ set, before, frozen }: PreviewProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (!set) return null;
  const shown = (found: { customer: string; pay: string } | null | undefined) =>
    found ? `${decimal(found.customer, language)} / ${decimal(found.pay, language)}` : "–";
  return (
    <section className={classes.preview} aria-label={t("manage.factors.preview")}>
      <h3>{t("manage.factors.preview")}</h3>
      <table data-testid="factor-preview">
        <thead>
          <tr>
            <th>{t("manage.tasks.area.title")}</th>
            <th>{t("manage.factors.until")}</th>
            <th>{t("manage.factors.from")}</th>
          </tr>
        </thead>
        <tbody>
          {AREAS.map((area) => {
            const was = shown(before && factorsOf(before, area));
            const is = shown(factorsOf(set, area));
            return (
              <tr key={area} data-changed={was !== is || undefined}>
                <th scope="row">{t(`areas.${area}`)}</th>
                <td className="tabular">{was}</td>
                <td className="tabular">{is}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p>
        {t("manage.factors.frozen", { count: frozen })}{" "}
        {t("manage.factors.applies", { day: date(set.valid_from, language) })}
      </p>
    </section>
  );
}

type Typed = Record<FactorField, string>;

interface FieldsProps {
  typed: Typed;
  onChange: (typed: Typed) => void;
}

function FactorFields({ typed, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return GROUPS.map(([group, fields]) => (
    <fieldset key={group}>
      <legend>{t(`manage.factors.groups.${group}`)}</legend>
      {fields.map((field) => (
        <TextInput
          key={field}
          label={t(`manage.factors.fields.${field}`)}
          inputMode="decimal"
          required
          maxLength={6}
          error={thousandths(typed[field]) === null ? t("manage.factors.wrong") : undefined}
          data-testid={`factor-${field}`}
          value={typed[field]}
          onChange={(event) => onChange({ ...typed, [field]: event.currentTarget.value })}
        />
      ))}
    </fieldset>
  ));
}

interface FactorDialogProps {
  rows: readonly Factors[];
  /** The planned row that is corrected; null: a new one. */
  known: Factors | null;
  onClose: () => void;
}

/** The day and the factors as they are typed, and what they come to. */
function useFactorForm({ rows, known, onClose }: FactorDialogProps) {
  const language = useLanguage();
  const today = dayKey(new Date());
  const from = known ?? validOn(rows, today) ?? rows[0];
  const [day, setDay] = useState(known?.valid_from ?? today);
  const [typed, setTyped] = useState(
    () =>
      Object.fromEntries(
        FIELDS.map((field) => [field, decimal(from?.[field] ?? "1.0", language)]),
      ) as Typed,
  );
  const set = setOf(day, typed);
  const taken = rows.find((row) => row.valid_from === day && row.tasks > 0);
  const put = usePut(rows, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (set) put.mutate(set);
  };
  return { today, day, setDay, typed, setTyped, set, taken, submit, saving: put.isPending };
}

export function FactorDialog(props: FactorDialogProps) {
  const { rows, known, onClose } = props;
  const { t } = useTranslation();
  const { today, day, setDay, typed, setTyped, set, taken, submit, saving } = useFactorForm(props);
  const others = rows.filter((row) => row.valid_from !== day);
  const title = t(known ? "manage.factors.change" : "manage.factors.add");
  return (
    <Dialog title={title} side onClose={onClose}>
      <form className={classes.form} data-testid="factor-dialog" onSubmit={submit}>
        <TextInput
          type="date"
          label={t("manage.factors.validFrom")}
          required
          min={today}
          readOnly={known !== null}
          error={taken ? t("manage.factors.taken", { count: taken.tasks }) : undefined}
          data-testid="factor-day"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <FactorFields typed={typed} onChange={setTyped} />
        <Preview
          set={set}
          before={validOn(others, day)}
          frozen={rows.reduce((sum, row) => sum + row.tasks, 0)}
        />
        <Button
          type="submit"
          data-testid="save-factors"
          disabled={!set || taken !== undefined}
          loading={saving}
        >
          {t("manage.factors.save")}
        </Button>
      </form>
    </Dialog>
  );
}
