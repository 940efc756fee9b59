/** What the columns of a carrier's file mean; kept for this carrier. */
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./reconciliation.module.css";
import type { CarrierFile, Mapping } from "./reconciliation-api";

const COLUMNS = ["number", "begin", "seconds", "time", "direction", "amount"] as const;
const NEEDED: readonly string[] = ["number", "begin", "seconds"];
const ZONES = ["Europe/Berlin", "UTC", "Europe/London", "Europe/Vienna", "Europe/Zurich"];
const CHOICES = [
  {
    name: "dates",
    values: [
      ["dmy", "manage.reconciliation.dates.dmy"],
      ["mdy", "manage.reconciliation.dates.mdy"],
      ["ymd", "manage.reconciliation.dates.ymd"],
    ],
  },
  {
    name: "bare",
    values: [
      ["e164", "manage.reconciliation.bare.e164"],
      ["local", "manage.reconciliation.bare.local"],
    ],
  },
  {
    name: "begin_of",
    values: [
      ["answered", "manage.reconciliation.begin_of.answered"],
      ["offered", "manage.reconciliation.begin_of.offered"],
    ],
  },
] as const;

interface Props {
  file: CarrierFile;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}

function Samples({ file }: { file: CarrierFile }) {
  const { t } = useTranslation();
  const title = t("manage.reconciliation.samples");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <section className={classes.samples} aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {file.columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {file.samples.map((cells) => (
            <tr key={cells.join("|")}>
              {file.columns.map((column, index) => (
                <td key={column}>{cells[index] ?? ""}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function MappingFields({ file, mapping, onChange }: Props) {
  const { t } = useTranslation();
  const none = { value: "", label: t("manage.reconciliation.noColumn") };
  const set = (name: keyof Mapping, value: string) => onChange({ ...mapping, [name]: value });
  return (
    <>
      <Samples file={file} />
      <div className={classes.pair} data-testid="mapping">
        {COLUMNS.map((name) => (
          <NativeSelect
            key={name}
            label={t(`manage.reconciliation.columns.${name}`)}
            data-testid={`mapping-${name}`}
            required={NEEDED.includes(name)}
            value={mapping[name]}
            onChange={(event) => set(name, event.currentTarget.value)}
            data={[none, ...file.columns.map((column) => ({ value: column, label: column }))]}
          />
        ))}
      </div>
      <div className={classes.pair}>
        <NativeSelect
          label={t("manage.reconciliation.zone")}
          data-testid="mapping-zone"
          value={mapping.zone}
          onChange={(event) => set("zone", event.currentTarget.value)}
          data={[...new Set([...ZONES, mapping.zone])]}
        />
        <NativeSelect
          label={t("manage.reconciliation.billed.title")}
          value={mapping.billed ? "yes" : "no"}
          onChange={(event) =>
            onChange({ ...mapping, billed: event.currentTarget.value === "yes" })
          }
          data={[
            { value: "no", label: t("manage.reconciliation.billed.no") },
            { value: "yes", label: t("manage.reconciliation.billed.yes") },
          ]}
        />
        {CHOICES.map(({ name, values }) => (
          <NativeSelect
            key={name}
            label={t(`manage.reconciliation.${name}.title`)}
            value={mapping[name]}
            onChange={(event) => set(name, event.currentTarget.value)}
            data={values.map(([value, key]) => ({ value, label: t(key) }))}
          />
        ))}
      </div>
    </>
  );
}
