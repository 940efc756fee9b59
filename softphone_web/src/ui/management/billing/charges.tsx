/** Amounts that a customer is billed once: what there is, and one more. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { date, dayKey } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import classes from "./billing.module.css";
import { addCharge, type Charge, type ChargePost, type Statement, useChange } from "./billing-api";
import { useEuros } from "./use-euros";

export function Charges({ charges, sum }: { charges: Charge[]; sum: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const euros = useEuros();
  return (
    <section data-testid="charges">
      <h3 className={classes.heading}>{t("manage.statements.charges")}</h3>
      <ul className={classes.charges}>
        {charges.map((charge) => (
          <li key={charge.key}>
            <strong>{charge.title}</strong>
            <span className="tabular">{euros(charge.amount)}</span>
            <small className="tabular">{date(charge.day, language)}</small>
          </li>
        ))}
        <li>
          <span>{t("manage.statements.total")}</span>
          <span className="tabular">{euros(sum)}</span>
        </li>
      </ul>
    </section>
  );
}

const negated = (amount: string) => (amount.startsWith("-") ? amount.slice(1) : `-${amount}`);

/** Today, or the last day of a month that is over. */
function dayIn(month: string): string {
  const today = dayKey(new Date());
  if (today.startsWith(month)) return today;
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

export function AddCharge({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [title, setTitle] = useState("");
  const [amount, setAmount] = useState("");
  const add = useChange(
    ({ charge }: { charge: ChargePost; back: boolean }) => addCharge(api, charge),
    (made, { charge, back }) => {
      if (!back) {
        setTitle("");
        setAmount("");
      }
      // Nothing is ever deleted: what was wrong is credited.
      const credit = {
        ...charge,
        amount: negated(made.amount),
        title: t("manage.statements.takenBack", { title: charge.title }),
      };
      const undo = back ? undefined : () => add.mutate({ charge: credit, back: true });
      tell(t("manage.statements.chargeAdded", { title: charge.title }), undo);
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { customer_id: customer, month } = statement;
    add.mutate({ charge: { customer, day: dayIn(month), title, amount }, back: false });
  };
  return (
    <form className={classes.charge} onSubmit={submit}>
      <TextInput
        label={t("manage.statements.chargeTitle")}
        required
        maxLength={200}
        data-testid="charge-title"
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <TextInput
        label={t("manage.statements.chargeAmount")}
        required
        inputMode="decimal"
        maxLength={12}
        data-testid="charge-amount"
        value={amount}
        onChange={(event) => setAmount(event.currentTarget.value)}
      />
      <Button type="submit" variant="light" loading={add.isPending} data-testid="add-charge">
        {t("manage.statements.chargeAdd")}
      </Button>
    </form>
  );
}
