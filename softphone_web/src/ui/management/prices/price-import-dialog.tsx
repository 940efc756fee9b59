/** Takes over a carrier's price list: first shown what it would change, then done. */
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../../phone/phone";
import { Dialog } from "../../shared/dialog";
import { dayKey } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { ErrorBox, errorText } from "../../shared/trouble";
import list from "../list.module.css";
import upload from "../numbers/import-dialog.module.css";
import { money } from "./money";
import classes from "./prices.module.css";
import { importRates, type PriceImport, type PriceList, type Rate } from "./prices-api";
import { useRefreshPrices } from "./use-prices";

const TONES = { added: "good", changed: "wait", gone: "bad", unchanged: "" } as const;
const KINDS = ["added", "changed", "gone", "unchanged"] as const;

function Changes({ result, currency }: { result: PriceImport; currency: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const title = t("manage.prices.importing.changes");
  const price = (rate: Rate | null) => {
    if (!rate?.per_minute) return "–";
    return `${money(rate.per_minute, currency, language)} (${rate.first}/${rate.next})`;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <section className={classes.changes} aria-label={title} tabIndex={0}>
      <table>
        <tbody>
          {result.changes.map(({ kind, destination, label, before, after }) => (
            <tr key={destination} data-kind={kind}>
              <td>{t(`manage.prices.importing.kinds.${kind}`)}</td>
              <td>
                {destination} {label}
              </td>
              <td className="tabular">
                {kind === "added" ? price(after) : `${price(before)} → ${price(after)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Preview({ result, currency }: { result: PriceImport; currency: string }) {
  const { t } = useTranslation();
  if (result.errors.length > 0) {
    return (
      <ul className={upload.errors} data-testid="prices-import-errors">
        {result.errors.map(({ row, problem }) => (
          <li key={`${row} ${problem}`}>
            <b>{t("manage.prices.importing.row", { row })}</b>
            <span>{problem}</span>
          </li>
        ))}
      </ul>
    );
  }
  const { changes } = result;
  const all = result.added + result.changed + result.gone;
  return (
    <>
      <p className={classes.counts} data-testid="prices-import-preview">
        {KINDS.map((kind) => (
          <span key={kind} className={list.badge} data-tone={TONES[kind]}>
            {t(`manage.prices.importing.${kind}`, { count: result[kind] })}
          </span>
        ))}
      </p>
      {changes.length > 0 ? <Changes result={result} currency={currency} /> : null}
      {all > changes.length ? (
        <p>{t("manage.prices.importing.more", { count: all - changes.length })}</p>
      ) : null}
    </>
  );
}

export function PriceImportDialog({ prices, onClose }: { prices: PriceList; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPrices();
  const [chosen, setChosen] = useState<{ file: File; round: number } | null>(null);
  const [day, setDay] = useState(dayKey(new Date()));
  const preview = useQuery({
    queryKey: ["price-import", prices.id, chosen?.round, day],
    queryFn: () => importRates(api, prices.id, chosen?.file ?? new File([], ""), day, true),
    enabled: chosen !== null && day !== "",
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const start = useMutation({
    mutationFn: (file: File) => importRates(api, prices.id, file, day, false),
    onSuccess: ({ added, changed, gone }) => {
      tell(t("manage.prices.importing.done", { count: added + changed + gone }));
      onClose();
    },
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  const { data, error } = preview;
  const useful = data
    ? data.errors.length === 0 && data.added + data.changed + data.gone > 0
    : false;
  return (
    <Dialog title={t("manage.prices.importing.title", { name: prices.name })} onClose={onClose}>
      <div className={classes.body} data-testid="prices-import-dialog">
        <p>{t("manage.prices.importing.intro")}</p>
        <TextInput
          type="date"
          label={t("manage.prices.importing.day")}
          data-testid="prices-import-day"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <label className={upload.file}>
          <Icon name="upload" />
          <span>{chosen?.file.name ?? t("manage.prices.importing.choose")}</span>
          <input
            type="file"
            accept=".csv,.txt,text/csv"
            data-testid="prices-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) setChosen({ file, round: (chosen?.round ?? 0) + 1 });
              // The same file again, once it was mended, is a change too.
              event.currentTarget.value = "";
            }}
          />
        </label>
        <div className={classes.body} aria-live="polite">
          {error ? (
            <ErrorBox errorId={troubleOf(error).errorId}>{errorText(error)}</ErrorBox>
          ) : null}
          {data ? <Preview result={data} currency={prices.currency} /> : null}
        </div>
        <Button
          data-testid="prices-import-start"
          loading={start.isPending || preview.isFetching}
          disabled={!useful}
          onClick={() => chosen && start.mutate(chosen.file)}
        >
          {t("manage.prices.importing.start")}
        </Button>
      </div>
    </Dialog>
  );
}
